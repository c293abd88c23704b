/* Deletes ask twice: the first press of a button asks, and a second press soon afterwards deletes. */

import { setData, setText } from "./text.js";
import { DELETE } from "./words.js";

const SURE_MS = 6000;

const timers = new WeakMap();

/**
 * Whether this press of the button counts. If not, the button now asks its `data-question`, in the element `data-word` in
 * it if there is one. `press` is the click event: the second click of a double click does not count.
 */
export function isSureToDelete(button, press) {
  if (press.detail > 1) {
    return false;
  }
  clearTimeout(timers.get(button));
  const isSure = button.dataset.sure === "yes";
  show(button, !isSure);
  if (!isSure) {
    timers.set(button, setTimeout(() => show(button, false), SURE_MS));
  }
  return isSure;
}

function show(button, isAsking) {
  setData(button, "sure", isAsking ? "yes" : "no");
  setText(button.querySelector("[data-word]") ?? button, isAsking ? button.dataset.question : DELETE);
  button.classList.toggle("danger", isAsking);
}
