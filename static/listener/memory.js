/* What this tab remembers over a reload. Storage may be switched off, with cookies: then nothing is remembered. */

/** The text kept by that name; null if there is none. */
export function recall(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

export function remember(name, text) {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    // see above
  }
}

export function forget(name) {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // see above
  }
}
