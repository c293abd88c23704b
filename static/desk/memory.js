/* Remembers through a reload that this tab was connected, so that the page can say afterwards what happened. */

const KEY = "callin.desk.connected";

/** `leg` is the CallSid of the page's own call; `call` is who is on the air with it, or null when nobody is. */
export function rememberConnected(leg, call) {
  write(JSON.stringify({ leg, call: call && { call_sid: call.call_sid, number: call.number } }));
}

export function forgetConnected() {
  write(null);
}

/** What was cut off when this tab was last loaded: {leg, call}, or null. Asking forgets it. */
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
