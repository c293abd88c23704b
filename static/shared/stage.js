/* The stages of a phone in a browser. */

export const Stage = Object.freeze({
  LOADING: "loading", // signing in
  READY: "ready",
  UNREADY: "unready", // signing in failed; it is tried again, and a call may still be tried
  BROKEN: "broken", // this browser cannot make calls
  CALLING: "calling",
  CONNECTED: "connected",
  RECONNECTING: "reconnecting",
});
