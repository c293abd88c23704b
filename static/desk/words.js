/* Every sentence that the DJ's page says about its phone: from facts to words, and nothing else. */

import { callerInWords } from "../shared/format.js";
import { Stage } from "../shared/stage.js";

/* kind of trouble: [what is wrong, what to do] */
const TROUBLES = {
  no_sdk: ["The phone did not load.", "Reload the page. If that does not help, the files in static/vendor are missing: tell your admin."],
  unsupported: ["This browser cannot make calls.", "Open this page in a current Chrome, Edge, Firefox or Safari."],
  insecure: ["The browser gives no microphone to this address.", "Open the page by its https:// address."],
  no_app: ["The station’s server does not answer.", "Check this computer’s network. The page tries again by itself."],
  no_token: ["The station’s server gave no pass for the phone.", "The page tries again by itself."],
  token_refused: ["The phone network refused this desk’s pass.", "The page fetches a new one. If this stays, the station’s Twilio keys are wrong: tell your admin."],
  token_expired: ["This desk’s pass has run out.", "The page fetches a new one. Then press Connect to Queue."],
  too_many: ["The phone network is taking no more calls just now.", "Wait a few seconds, then press Connect to Queue."],
  microphone_refused: ["The browser may not use your microphone.", "Press the sign beside the page’s address, allow the microphone, then press Connect to Queue."],
  microphone_missing: ["No microphone was found.", "Plug in your headset or choose a microphone in the browser’s settings, then press Connect to Queue."],
  microphone_busy: ["Something else is using your microphone.", "Close the other program or tab, then press Connect to Queue."],
  microphone_failed: ["Your microphone does not work.", "Check that it is plugged in and free, then press Connect to Queue."],
  network: ["No connection to the phone network.", "Check this computer’s network. The page tries again by itself."],
  media: ["Your sound was cut off.", "The connection broke. Press Connect to Queue to go back."],
  no_answer: ["The phone network did not answer.", "Press Connect to Queue to try again."],
  busy: ["The line was busy.", "Press Connect to Queue to try again."],
  declined: ["The phone network did not put your call through.", "If this stays, the station’s Twilio set-up needs a look: tell your admin."],
  no_application: ["The phone network does not know this station’s line.", "The station’s Twilio set-up needs a look: tell your admin."],
  unknown: ["Something went wrong with your call.", "Press Connect to Queue to try again."],
};

/* With these the browser is no help, and a telephone still is. */
const PHONE_HELPS = new Set(["no_sdk", "unsupported", "insecure", "no_app", "no_token", "token_refused", "network"]);

const POOR = "The connection is poor: callers may hear you broken up.";
const NO_SOUND = "No sound is arriving here: the connection may be breaking.";
const WARNINGS = {
  "constant-audio-input-level": "Nothing comes from your microphone. Is it muted at the headset or the mixer?",
  "high-rtt": POOR,
  "high-jitter": POOR,
  "high-packet-loss": POOR,
  "high-packets-lost-fraction": POOR,
  "low-mos": POOR,
  "low-bytes-sent": POOR,
  "low-bytes-received": NO_SOUND,
  "ice-connectivity-lost": NO_SOUND,
};

export const CHAIR_WORDS = Object.freeze({
  off: "Off air",
  calling: "Calling…",
  standby: "Standing by",
  on: "On air",
  next: "Next…",
  reconnecting: "Reconnecting",
  elsewhere: "On air elsewhere",
});

/**
 * The state of the DJ's chair, a key of CHAIR_WORDS. `air` is who is on the air as the line says (on-air.js), `next` the
 * press of Next (next.js).
 */
export function chairOf({ phone, air, next }) {
  if (phone.stage === Stage.CALLING) {
    return "calling";
  }
  if (phone.stage === Stage.RECONNECTING) {
    return "reconnecting";
  }
  if (phone.stage === Stage.CONNECTED) {
    if (next.isPending) {
      return "next";
    }
    return air.call ? "on" : "standby";
  }
  return air.call && !air.isOver ? "elsewhere" : "off";
}

/**
 * The status line: {tone, title, advice}. `past` is what a reload cut off, or null; `hint` the answer to a vain press;
 * `djNumber` the telephone number that runs the show, if there is one.
 */
export function statusOf(facts) {
  if (facts.hint) {
    return { tone: "calm", title: facts.hint, advice: "" };
  }
  switch (chairOf(facts)) {
    case "calling":
      return { tone: "wait", title: "Calling the line…", advice: "If the browser asks for the microphone, allow it." };
    case "reconnecting":
      return { tone: "bad", title: "Reconnecting…", advice: "The connection broke. The caller may not hear you until it is back." };
    case "next":
      return { tone: "wait", title: "Next…", advice: "This caller is thanked, and the next one comes." };
    case "on":
      return onTheAir(facts);
    case "standby":
      return standingBy(facts);
    default:
      return notConnected(facts);
  }
}

/** A word of warning about the call in progress, or "". */
export function warningOf(phone) {
  const known = Object.keys(WARNINGS).find((name) => phone.warnings.has(name));
  return known ? WARNINGS[known] : "";
}

function onTheAir({ phone, air, next, isLive }) {
  const title = `On the air with ${callerInWords(air.call.number)}.`;
  if (phone.muted) {
    return { tone: "bad", title, advice: "You are muted: nobody hears you." };
  }
  if (next.isLost) {
    return { tone: "bad", title, advice: "Next did not get through. Press it again." };
  }
  return { tone: "good", title, advice: isLive ? "" : "This page may be behind. Next Caller and Hang up still work." };
}

function standingBy({ phone, air, isLive }) {
  if (phone.muted) {
    return { tone: "bad", title: "You are muted.", advice: "The next caller comes straight on the air and would not hear you." };
  }
  if (!isLive) {
    return { tone: "wait", title: "Connected.", advice: "This page cannot see who is on the air just now. Your call goes on." };
  }
  return air.waiting
    ? { tone: "wait", title: "Connected. The next caller is coming…", advice: "They are told that they are on; then you hear them." }
    : { tone: "wait", title: "Connected. The line is empty.", advice: "The next caller comes straight on the air." };
}

function notConnected(facts) {
  const { phone, air, past } = facts;
  const kept = air.kept ? `${capital(callerInWords(air.kept.number))} is still there, number ${air.kept.position} in the line. ` : "";
  if (phone.trouble) {
    return inTrouble(phone.trouble, facts);
  }
  if (phone.stage === Stage.LOADING) {
    return { tone: "calm", title: "Getting the phone ready…", advice: "" };
  }
  if (past) {
    const title = past.call
      ? `You were on the air with ${callerInWords(past.call.number)} when this page was reloaded.`
      : "You were connected when this page was reloaded.";
    return { tone: "bad", title, advice: `That ended your call. ${kept}Press Connect to Queue to go back.` };
  }
  if (phone.ended === "there") {
    return { tone: "bad", title: "The phone network ended your call.", advice: `${kept}Press Connect to Queue to go back.` };
  }
  if (phone.stage === Stage.UNREADY) {
    return inTrouble({ kind: "network" }, facts);
  }
  if (chairOf(facts) === "elsewhere") {
    const title = `Somebody else is on the air with ${callerInWords(air.call.number)}.`;
    return { tone: "wait", title, advice: "Connect to Queue would bring you another caller." };
  }
  if (phone.ended === "here") {
    return { tone: "calm", title: "You hung up. You are off the air.", advice: kept };
  }
  return { tone: "calm", title: "Ready.", advice: "Connect to Queue brings the first caller on the air." };
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function inTrouble(trouble, { phone, djNumber }) {
  const wasInCall = phone.ended === "failed";
  const [title, remedy] = TROUBLES[trouble.kind] ?? TROUBLES.unknown;
  const parts = [trouble.sentence, wasInCall && trouble.kind === "network" ? "Press Connect to Queue to try again." : remedy];
  if (trouble.code && trouble.kind !== "network" && !trouble.kind.startsWith("microphone")) {
    parts.push(`(Twilio’s code ${trouble.code})`);
  }
  if (djNumber && PHONE_HELPS.has(trouble.kind)) {
    parts.push(`The show can be run from a telephone, too: ${djNumber}.`);
  }
  return { tone: "bad", title, advice: parts.filter(Boolean).join(" ") };
}
