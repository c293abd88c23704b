/* What a tab remembers over a reload, or a browser for good. Storage may be switched off, with cookies: then nothing is remembered. */

const TAB = "sessionStorage";
export const BROWSER = "localStorage";

/** The text kept by that name; null if there is none. */
export function recall(name, where = TAB) {
  try {
    return window[where].getItem(name);
  } catch {
    return null;
  }
}

/** The same where JSON was kept: its value; null also for a text that is no JSON. */
export function recallJson(name, where = TAB) {
  try {
    return JSON.parse(recall(name, where));
  } catch {
    return null;
  }
}

export function remember(name, text, where = TAB) {
  try {
    window[where].setItem(name, text);
  } catch {
    // see above
  }
}

export function forget(name) {
  try {
    window[TAB].removeItem(name);
  } catch {
    // see above
  }
}
