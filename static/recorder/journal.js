/* A recording's journal: a line of JSON for what it is, and one for each thing that happened, in frames from its beginning. */

/** {header, events} of a journal's text. The last line may be torn: the page can end in the middle of it. */
export function readJournal(text) {
  const lines = text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
  return { header: lines[0] ?? null, events: lines.slice(1) };
}

/** Who was on the air in a recording of `frames` frames: [{callSid, who, line, from, to}], in order. */
export function callsIn(events, frames) {
  const calls = [];
  for (const { what, frame, line, call_sid: callSid, who } of events) {
    const open = calls.findLast((call) => call.callSid === callSid && call.to === null);
    if (what === "on" && !open) {
      calls.push({ callSid, who, line, from: Math.min(frame, frames), to: null });
    } else if (what === "off" && open) {
      Object.assign(open, { who: who || open.who, to: Math.min(frame, frames) });
    }
  }
  return calls.map((call) => ({ ...call, to: call.to ?? frames }));
}

/** The marks: [{number, at}], `at` in frames. */
export function marksIn(events, frames) {
  return events.filter(({ what }) => what === "mark").map(({ frame }, index) => ({ number: index + 1, at: Math.min(frame, frames) }));
}

/** Whether it was ended, and not cut off. */
export function isEnded(events) {
  return events.some(({ what }) => what === "end");
}
