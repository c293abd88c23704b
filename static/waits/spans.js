/* From what the line knows of a call to the parts of its bar: facts in, seconds out, and nothing drawn. */

/* In the order of the legend. `look` is how the part is filled: see paint.js. */
export const STAGES = Object.freeze([
  { stage: "arriving", look: "hollow" },
  { stage: "waiting", look: "plain" },
  { stage: "screening", look: "dots" },
  { stage: "ready", look: "stripes" },
  { stage: "held", look: "bars" },
  { stage: "message", look: "grid" },
  { stage: "on_air", look: "arrows" },
]);

/**
 * The parts of a call's bar, [{stage, from, to}], in seconds since it joined. The last one goes on until `now`, by the
 * server's clock. A stage that was entered twice in a row is one part.
 */
export function spansOf(call, now) {
  const spans = [];
  call.moments.forEach(([stage, at], index) => {
    const end = call.moments[index + 1]?.[1] ?? now;
    const from = Math.max(0, at - call.joined_at);
    const to = Math.max(from, end - call.joined_at);
    const last = spans.at(-1);
    if (last?.stage === stage) {
      last.to = to;
    } else {
      spans.push({ stage, from, to });
    }
  });
  return spans;
}

/** How long the call has been in the line, up to now, the air included. */
export function secondsOf(call, now) {
  return Math.max(0, now - call.joined_at);
}

/** How long the caller has waited: until they went on the air, if they are there, else until now. */
export function waitOf(call, now) {
  return Math.max(0, (call.stage === "on_air" ? call.changed_at : now) - call.joined_at);
}

/** How long the caller has been on the air this time, or null. */
export function onAirOf(call, now) {
  return call.stage === "on_air" ? Math.max(0, now - call.changed_at) : null;
}

/** The middle one of some numbers, or the mean of the two in the middle; null for none. */
export function medianOf(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length / 2;
  if (!sorted.length) {
    return null;
  }
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}
