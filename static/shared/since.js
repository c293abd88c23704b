/* From when a call's clock counts. All times are in seconds since 1970. */

import { COUNT_WORDS } from "./words.js";

/** The moment from which one count gives all the time on the air: a reload, a take-over or Hold only interrupts it. */
export function onAirSince({ changed_at: changedAt, moments = [] }) {
  const earlier = moments.map(([stage, at], place) => (stage === "on_air" && place + 1 < moments.length ? moments[place + 1][1] - at : 0));
  return changedAt - earlier.reduce((sum, seconds) => sum + seconds, 0);
}

/** What the clock in a row counts: {label, since}. */
export function countOf(call, isOnAir) {
  if (isOnAir) {
    return { label: COUNT_WORDS.onAir, since: onAirSince(call) };
  }
  return call.stage === "held" ? { label: COUNT_WORDS.held, since: call.changed_at } : { label: COUNT_WORDS.waiting, since: call.joined_at };
}
