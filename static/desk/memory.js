/* Remembers through a reload that this tab was connected, so that the page can say afterwards what happened. */

import { forget, recall, recallJson, remember } from "../shared/storage.js";

const KEY = "callin.desk.connected";

/** `leg` is the CallSid of the page's own call; `call` is who is on the air with it, or null when nobody is. */
export function rememberConnected(leg, call) {
  const text = JSON.stringify({ leg, call: call && { call_sid: call.call_sid, number: call.number } });
  if (text !== recall(KEY)) {
    remember(KEY, text);
  }
}

export function forgetConnected() {
  forget(KEY);
}

/** What was cut off when this tab was last loaded: {leg, call}, or null. Asking forgets it. */
export function recallConnected() {
  const kept = recallJson(KEY);
  forgetConnected();
  return kept;
}
