/* What the pages of the studio say when something is wrong with their phone or their sound. */

import { NO_ANSWER_AT_ALL, TRIES_AGAIN } from "./words.js";

/* kind of trouble: [what is wrong, what to do] */
const TROUBLES = {
  no_sdk: ["The phone did not load.", "Reload the page. If that does not help, the files in static/built are missing: tell your admin."],
  unsupported: ["This browser cannot make calls.", "Open this page in a current Chrome, Edge, Firefox or Safari."],
  insecure: ["The browser does not allow the microphone at this address.", "Open the page by its https:// address."],
  no_app: [NO_ANSWER_AT_ALL, `Check this computer’s network. ${TRIES_AGAIN}`],
  no_token: ["The app gave no pass for the phone.", TRIES_AGAIN],
  token_refused: ["The phone network refused this desk’s pass.", "The page fetches a new one. If this stays, the station’s Twilio keys are wrong: tell your admin."],
  token_expired: ["This desk’s pass has run out.", "The page fetches a new one. Then press {connect}."],
  too_many: ["The phone network is taking no more calls right now.", "Wait a few seconds, then press {connect}."],
  microphone_refused: ["The browser may not use your microphone.", "Press the icon beside the page’s address, allow the microphone, then press {connect}."],
  microphone_missing: ["No microphone was found.", "Plug in your headset or choose a microphone in the browser’s settings, then press {connect}."],
  microphone_busy: ["Something else is using your microphone.", "Close the other program or tab, then press {connect}."],
  microphone_failed: ["Your microphone does not work.", "Check that it is plugged in and free, then press {connect}."],
  network: ["No connection to the phone network.", `Check this computer’s network. ${TRIES_AGAIN}`],
  media: ["Your sound was cut off.", "The connection broke. Press {connect} to go back."],
  no_answer: ["The phone network did not answer.", "Press {connect} to try again."],
  busy: ["The line was busy.", "Press {connect} to try again."],
  declined: ["The phone network did not put your call through.", "If this keeps happening, tell your admin: the station’s Twilio settings may be wrong."],
  no_application: ["The phone network does not know this station’s line.", "Tell your admin: the station’s Twilio settings may be wrong."],
  unknown: ["Something went wrong with your call.", "Press {connect} to try again."],
};

/* With these the browser is no help, and a telephone still is. */
const PHONE_HELPS = new Set(["no_sdk", "unsupported", "insecure", "no_app", "no_token", "token_refused", "network"]);

const POOR = "The connection is poor: callers may hear you broken up.";
const NO_SOUND = "No sound is arriving here: the connection may be breaking.";
export const SILENT = "Nothing comes from your microphone. Is it muted at the headset or the mixer?";
const MUTE_WARNING = "constant-audio-input-level";
const WARNINGS = {
  [MUTE_WARNING]: SILENT,
  "high-rtt": POOR,
  "high-jitter": POOR,
  "high-packet-loss": POOR,
  "high-packets-lost-fraction": POOR,
  "low-mos": POOR,
  "low-bytes-sent": POOR,
  "low-bytes-received": NO_SOUND,
  "ice-connectivity-lost": NO_SOUND,
};

/**
 * A word of warning about the call in progress, or "". With `hasMeter` the page itself tells when the microphone is muted: the SDK says
 * so of everybody that only listens for ten seconds.
 */
export function warningOf(phone, { hasMeter = false } = {}) {
  const known = Object.keys(WARNINGS).find((name) => phone.warnings.has(name) && !(hasMeter && name === MUTE_WARNING));
  return known ? WARNINGS[known] : "";
}

/**
 * The status line for a trouble of the phone: {tone, title, advice}. `djNumber` is the telephone that runs the show, if any;
 * `connect` is the name of the button that makes the call.
 */
export function inTrouble(trouble, { phone, djNumber, connect = "Connect to Queue" }) {
  const wasInCall = phone.ended === "failed";
  const [title, remedy] = TROUBLES[trouble.kind] ?? TROUBLES.unknown;
  const parts = [trouble.sentence, wasInCall && trouble.kind === "network" ? "Press {connect} to try again." : remedy];
  if (trouble.code && trouble.kind !== "network" && !trouble.kind.startsWith("microphone")) {
    parts.push(`(Twilio’s code ${trouble.code})`);
  }
  if (djNumber && PHONE_HELPS.has(trouble.kind)) {
    parts.push(`The show can be run from a telephone, too: ${djNumber}.`);
  }
  return { tone: "bad", title, advice: parts.filter(Boolean).join(" ").replace("{connect}", connect) };
}
