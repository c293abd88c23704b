/* Keeps the screen awake while a call is up: a phone that sleeps may end the call. Browsers without it go without. */

let wanted = false;
let isAsking = false;
let lock = null;

/** It may be called at every change: there is one lock at most. */
export function keepAwake(on) {
  wanted = on;
  if (on) {
    ask();
  } else {
    lock?.release().catch(() => {});
    lock = null;
  }
}

// A lock ends by itself when the page is hidden, so it is asked for again when the page is back.
document.addEventListener("visibilitychange", ask);

function ask() {
  if (!wanted || isAsking || lock?.released === false || document.hidden || !navigator.wakeLock) {
    return;
  }
  isAsking = true;
  navigator.wakeLock.request("screen").then(
    (granted) => {
      isAsking = false;
      lock = granted;
      if (!wanted) {
        keepAwake(false);
      }
    },
    () => {
      isAsking = false; // refused: a low battery, or the browser's settings
    },
  );
}
