/* The line's order as the page sees it: who is up next, and what a move by hand makes of it. Values in, values out. */

/** The rows of those in line, in order: not who is on the air or on hold. */
function inLine(calls) {
  return calls.filter((call) => call.position !== null);
}

/** Whether a screened show keeps the caller off the air: no screener has made them ready. */
export function isKeptBack(call, isScreened) {
  return isScreened === true && call.stage !== "ready" && call.cleared !== true;
}

/** Whether Next may bring the caller, whatever they answered to the ready check: as `_may_come` in callin/live/lineup.py. */
export function mayComeNext(call, isScreened) {
  const isAnothers = call.stage === "screening" || (call.with && call.with !== "air") || call.decided === true;
  return call.position !== null && !isAnothers && !isKeptBack(call, isScreened);
}

/** The CallSid of the caller that Next brings, as far as is known; "" for nobody, or if a caller is on the way. */
export function upNext({ calls, desks, show }) {
  if (desks?.[0]?.claimed) {
    return "";
  }
  const isSilent = (call) => call.is_ready === "no" && show?.ready_check;
  const first = calls.find((call) => mayComeNext(call, show?.screened) && !isSilent(call));
  return first && !first.claimed ? first.call_sid : "";
}

/**
 * These rows with `callSid` just before `before`, or last if that is "", and the places numbered again; unchanged if one
 * of the two is not in line.
 */
export function rearranged(calls, callSid, before) {
  const queue = inLine(calls);
  const mover = queue.find((call) => call.call_sid === callSid);
  const others = queue.filter((call) => call !== mover);
  const index = before === "" ? others.length : others.findIndex((call) => call.call_sid === before);
  if (!mover || index < 0) {
    return calls;
  }
  const places = queue.map((call) => call.position);
  others.splice(index, 0, mover);
  const moved = others.map((call, at) => (call.position === places[at] ? call : { ...call, position: places[at] }));
  return [...calls.filter((call) => call.position === null), ...moved];
}

/** The CallSid that a caller stands before after a step, "" for none; null if there is nowhere to go. A step of -1 is up. */
export function successorOf(calls, callSid, step) {
  const queue = inLine(calls);
  const at = queue.findIndex((call) => call.call_sid === callSid);
  const to = at + step;
  if (at < 0 || to < 0 || to >= queue.length) {
    return null;
  }
  return queue[step < 0 ? to : to + 1]?.call_sid ?? "";
}
