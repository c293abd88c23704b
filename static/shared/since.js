/* From when a call's clock counts. All times are in seconds since 1970. */

/** The moment from which one count gives all the time on the air: a reload, a take-over or Hold only interrupts it. */
export function onAirSince({ changed_at: changedAt, moments = [] }) {
  const earlier = moments.map(([stage, at], place) => (stage === "on_air" && place + 1 < moments.length ? moments[place + 1][1] - at : 0));
  return changedAt - earlier.reduce((sum, seconds) => sum + seconds, 0);
}

/** What the clock in a row counts: {label, since}. */
export function countOf(call, isOnAir) {
  if (isOnAir) {
    return { label: "on air for", since: onAirSince(call) };
  }
  return call.stage === "held" ? { label: "on hold for", since: call.changed_at } : { label: "waiting for", since: call.joined_at };
}
