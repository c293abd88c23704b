/* How a call on the air stands with the station's own times: to be wrapped up, or over. Nobody is cut off by it. */

/** `seconds` on the air; `limits` {warning, limit} in seconds, 0 for none. Answers "", "soon" or "over". */
export function timingOf(seconds, { warning, limit }) {
  if (limit && seconds >= limit) {
    return "over";
  }
  return warning && seconds >= warning ? "soon" : "";
}
