/* Remembers through a reload that this tab was connected, so that the page can say afterwards what happened. */

const KEY = "callin.desk.connected";

/** `number` is the masked number of who was on the air, or null when nobody was. */
export function rememberConnected(number) {
  write(JSON.stringify({ number }));
}

export function forgetConnected() {
  write(null);
}

/** What was cut off when this tab was last loaded: {number}, or null. Asking forgets it. */
export function recallConnected() {
  try {
    const text = sessionStorage.getItem(KEY);
    forgetConnected();
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function write(text) {
  try {
    if (text === null) {
      sessionStorage.removeItem(KEY);
    } else {
      sessionStorage.setItem(KEY, text);
    }
  } catch {
    // Storage may be switched off: then nothing is remembered.
  }
}
