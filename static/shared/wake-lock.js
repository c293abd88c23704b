/* Keeps the screen awake while a call is up: a phone that sleeps may end the call. Browsers without it go without. */

let wanted = false;
let lock = null;

export function keepAwake(on) {
  wanted = on;
  if (on) {
    ask();
  } else if (lock) {
    lock.release().catch(() => {});
    lock = null;
  }
}

// A lock ends by itself when the page is hidden, so it is asked for again when the page is back.
document.addEventListener("visibilitychange", ask);

function ask() {
  if (!wanted || document.visibilityState !== "visible" || !navigator.wakeLock) {
    return;
  }
  navigator.wakeLock.request("screen").then(
    (granted) => {
      lock = granted;
      if (!wanted) {
        keepAwake(false);
      }
    },
    () => {}, // refused: a low battery, or the browser's settings
  );
}
