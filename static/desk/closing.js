/* How far the closing of the line has got: how many are still to be thanked, and who was not reached in time. */

import { callerLabel } from "../shared/words.js";
import { notReached, stillToThank } from "./words.js";

const REACHED_SECONDS = 60; // the leg of everyone who waits asks the app at least this often, and they are thanked then
const NAMED = 6;

/** Who waits, on hold or in line, although the line is closed; not who is on the way to the air. */
function leftOf({ calls, desks }) {
  const coming = desks?.[0]?.claimed;
  return calls.filter((call) => (call.position !== null || call.stage === "held") && !call.claimed && call.call_sid !== coming);
}

/** {left, unreached}: a sentence each, or "". `now` is the server's time in seconds. */
export function closingWords(status, now) {
  const { opening, opening_since: since } = status.show ?? {};
  const left = opening === "closed" ? leftOf(status) : [];
  const count = left.length ? left.length + (status.more ?? 0) : 0;
  if (count === 0) {
    return { left: "", unreached: "" };
  }
  if (now - since < REACHED_SECONDS) {
    return { left: stillToThank(count), unreached: "" };
  }
  const named = left.slice(0, NAMED).map((call) => call.card?.name || callerLabel(call.number));
  return { left: "", unreached: notReached(named, count - named.length) };
}
