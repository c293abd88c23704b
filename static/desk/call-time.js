/* Whether a call on the air has reached the station's time limits: time to wrap up, or over time. Nobody is cut off by it. */

/** `seconds` on the air; `limits` {warning, limit} in seconds, 0 for none. Returns "", "soon" or "over". */
export function timingOf(seconds, { warning, limit }) {
  if (limit && seconds >= limit) {
    return "over";
  }
  return warning && seconds >= warning ? "soon" : "";
}
