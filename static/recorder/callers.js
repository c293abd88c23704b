/* Who is on the air while it is recorded: a map from the line to {callSid, who}. */

/** The callers on the air, by line; `lines` are the lines that are recorded. */
export function callersOnAir(status, lines) {
  const found = new Map();
  for (const { name, on_air: callSid } of status.desks) {
    if (callSid && lines.includes(name)) {
      found.set(name, { callSid, who: whoIs(status.calls.find((call) => call.call_sid === callSid)) });
    }
  }
  return found;
}

/** What to note in the recording when the callers change: those that left the air, then those that went on it. */
export function changesBetween(before, now) {
  return [...missingFrom(now, before, "off"), ...missingFrom(before, now, "on")];
}

function missingFrom(others, callers, what) {
  return [...callers]
    .filter(([line, { callSid }]) => others.get(line)?.callSid !== callSid)
    .map(([line, { callSid, who }]) => ({ what, line, call_sid: callSid, who }));
}

/** The caller as the list is to name them. */
function whoIs(call) {
  const { name = "", place = "" } = call?.card ?? {};
  return [name, place].filter(Boolean).join(", ") || call?.number || "";
}
