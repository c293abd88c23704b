/* Every sentence of the listener's page: from facts to words, and nothing else. */

import { plural, span } from "../shared/format.js";
import { Stage } from "../shared/stage.js";

const AGAIN = "Press Call to try again.";
const CALL_AGAIN_SOON = "Press Call within a minute: if you were waiting, you have your place in the line again.";
const SLOW = "Your connection is slow. You need not press again: please wait.";
const JOIN_AGAIN = "Press Call to join the line again.";
const PLACE_KEPT = "If you were waiting, your place is kept for a minute.";

/* kind of trouble: [what is wrong, what to do] */
const TROUBLES = {
  no_sdk: ["The phone did not load.", "Please reload the page."],
  unsupported: ["This browser cannot make calls.", "Try another browser, or ring the studio’s number."],
  insecure: ["This page is not secure, so the browser does not let it use the microphone.", "Open it by its https:// address."],
  no_app: ["The station does not answer.", `Check your internet connection. ${AGAIN}`],
  no_token: ["The station is not taking calls from the web right now.", "You can ring the studio’s number instead."],
  token_refused: ["The phone network did not let you in.", AGAIN],
  token_expired: ["You were away for too long.", AGAIN],
  too_many: ["The phone network is busy.", `Wait a few seconds. ${AGAIN}`],
  microphone_refused: ["Your browser may not use the microphone.", "Press the sign beside this page’s address, allow the microphone, then press Call."],
  microphone_missing: ["No microphone was found.", "Plug one in, then press Call."],
  microphone_busy: ["Something else is using your microphone.", "Close the other app or tab, then press Call."],
  microphone_failed: ["Your microphone does not work.", "Check it, then press Call."],
  network: ["The connection broke.", `Check your internet connection. ${AGAIN} ${PLACE_KEPT}`],
  media: ["The connection broke.", `${AGAIN} ${PLACE_KEPT}`],
  no_answer: ["The call did not get through in time.", `Check your internet connection. ${AGAIN}`],
};
const OTHER_TROUBLE = ["The call did not go through.", AGAIN];

export const CALL_WORDS = Object.freeze({
  loading: "One moment…",
  first: "Call",
  again: "Call again",
  closed: "Not taking calls",
  elsewhere: "In a call already",
});
export const MUTE_WORDS = Object.freeze({ off: "Mute", on: "Unmute" });
export const TITLE_WORDS = Object.freeze({ on_air: "ON AIR", next: "You are next", asked: "Are you ready?" });
export const ABOUT_WORDS = Object.freeze({
  sent: "The studio has it. You can still change it.",
  failed: "This has not reached the studio yet. It is tried again.",
});
export const CHECK_WORDS = Object.freeze({
  button: { start: "Check your microphone", stop: "Stop the check" },
  said: {
    listening: "Say something: the bar moves if your microphone hears you.",
    works: "Your microphone works.",
    refused: "Your browser may not use the microphone. Press the sign beside this page’s address, and allow it.",
    failed: "No microphone was found, or something else uses it.",
  },
});

/* The line, before and after a call. */
const LINES = {
  open: (count) => `The line is open. ${waitingWords(count)}`,
  full: (count) => `The line is full: ${waitingWords(count)} Try again in a few minutes.`,
  last_calls: (_, opens) => `The show takes no more callers today.${opens}`,
  closed: (_, opens) => `The line is closed right now.${opens || " Listen to the show: it says when you can call."}`,
  by_phone: () => "The studio takes calls by phone only right now.",
};

/* Where a call stands: [the word in large letters, what that means, what to do]. */
const PLACES = {
  arriving: ["Welcome", "You are through.", "A voice greets you, and then you are in the line."],
  screening: ["Screener", "Somebody from the studio talks to you.", "You are not on the air yet. They ask what you would like to say."],
  ready: ["Ready", "The studio has you on its list for the air.", "Turn your radio down, and stay close to the phone."],
  held: ["On hold", "The studio keeps you on hold.", "Please stay: they come back to you. You are not on the air."],
  asked: ["Are you ready?", "You are next.", "Press “I am ready” when the voice asks you."],
  next: ["You are next", "You are about to be on the air.", "Turn your radio off now. Speak when the DJ speaks to you."],
  on_air: ["ON AIR", "You are on the air: everybody can hear you.", "Speak to the DJ. When they are done, your call ends."],
  message: ["Message", "You are leaving a message.", "Speak after the tone. Hang up when you have finished."],
};
const MUTED_ON_AIR = ["ON AIR, muted", "You are on the air, but muted: nobody hears you.", "Press Unmute to speak."];

/* The word in large letters while the page is in no call, or has no connection. */
const WORDS = {
  calling: "Calling…",
  reconnecting: "Reconnecting…",
  ended: "Call ended",
  left: "Call ended",
  elsewhere: "In another tab",
  closed: "Line closed",
  last_calls: "No more calls",
  full: "Line full",
  by_phone: "By phone only",
};

/* How a call ended, as the studio has it: [what happened, what to do]. */
const OUTCOMES = {
  aired: ["Thank you for being on the show.", ""],
  dropped: ["Thank you for being on the show.", ""],
  let_go: ["Your call has ended.", "Thank you for calling. The studio cannot take every caller."],
  blocked: ["The studio is not taking your call today.", ""],
  line_full: ["The line was full.", "Try again in a few minutes."],
  line_closed: ["The line is closed.", "Thank you for calling. Listen to the show: it says when you can call."],
  lost: ["The connection to the studio broke.", AGAIN],
};

/** The state of the line in a sentence or two; "" while it is not known. */
export function lineWords({ known, isLate }) {
  return known && !isLate ? LINES[known.line](known.waiting, opensWords(known.next)) : "";
}

/** The show that is on: its title, topic and end; "" if none is, or nobody knows. */
export function showWords({ known, isLate }) {
  if (!known?.on || isLate) {
    return "";
  }
  const { title, topic, ends_at: ends } = known.on;
  return `${title}${topic ? `: ${topic}` : ""}, until ${timeOf(ends)}`;
}

function opensWords(next) {
  return next ? ` It opens ${momentOf(next.starts_at)}, for ${next.title}.` : "";
}

/* On the listener's own clock. */
function timeOf(at) {
  return new Date(at * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function momentOf(at) {
  const days = Math.round((new Date(at * 1000).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) {
    return `today at ${timeOf(at)}`;
  }
  const date = days < 7 ? { weekday: "long" } : { weekday: "long", day: "numeric", month: "long" };
  return `on ${new Date(at * 1000).toLocaleDateString("en-GB", date)} at ${timeOf(at)}`;
}

/** Where things stand: the name in the page's `data-place`, and the words in large letters. Both are empty before a call. */
export function placeOf(phone, state) {
  const name = placeName(phone, state);
  if (name === "waiting" && state.call.position !== null) {
    return { name, words: `Number ${state.call.position}` };
  }
  const [words] = isMutedOnAir(phone, state) ? MUTED_ON_AIR : (PLACES[name] ?? [WORDS[name] ?? ""]);
  return { name, words };
}

function placeName(phone, state) {
  switch (phone.stage) {
    case Stage.CALLING:
      return "calling";
    case Stage.RECONNECTING:
      return "reconnecting";
    case Stage.CONNECTED:
      return state.call?.is_asked ? "asked" : (state.call?.stage ?? (OUTCOMES[state.outcome] ? "ended" : "arriving"));
    default:
      return phone.trouble || phone.stage === Stage.LOADING ? "" : placeOutside(phone, state);
  }
}

function placeOutside(phone, state) {
  if (state.isElsewhere) {
    return "elsewhere";
  }
  if (phone.ended) {
    return "ended";
  }
  const line = state.known?.line ?? "";
  return state.wasLeft ? "left" : line in WORDS ? line : "";
}

function isMutedOnAir(phone, { call }) {
  return phone.stage === Stage.CONNECTED && phone.muted && call?.stage === "on_air";
}

/** Whether the page should point at the form for a message: no call is possible, and the station has not said no to this browser. */
export function wantsAMessage(phone, state) {
  return (phone.trouble !== null && phone.trouble.kind !== "no_token") || !state.takesCalls || state.known?.line === "full";
}

/** What the page says: {tone, title, advice}. */
export function statusOf(phone, state) {
  switch (phone.stage) {
    case Stage.CALLING:
      return { tone: "wait", title: "The page is connecting you.", advice: state.isSlow ? SLOW : "If your browser asks for the microphone, allow it." };
    case Stage.CONNECTED:
      return inCall(phone, state);
    case Stage.RECONNECTING:
      return { tone: "bad", title: "The connection broke.", advice: "Please stay: your call and your place are kept if it comes back soon." };
    default:
      return afterwards(phone, state);
  }
}

export function warningOf(phone, state) {
  if (phone.muted) {
    return isMutedOnAir(phone, state) ? "" : "You are muted: nobody hears you.";
  }
  if (phone.warnings.has("constant-audio-input-level")) {
    return "Nothing comes from your microphone. Is it switched off?";
  }
  return state.isLate ? "The station cannot tell your place right now. Your call goes on." : "";
}

function inCall(phone, state) {
  const { call, outcome } = state;
  if (!call && OUTCOMES[outcome]) {
    const [title, advice] = OUTCOMES[outcome]; // the goodbye is being said
    return { tone: "calm", title, advice };
  }
  if (call?.is_asked) {
    const [, title, advice] = PLACES.asked;
    return { tone: "wait", title, advice };
  }
  if (call?.stage === "waiting" && call.position !== null) {
    return waiting(call);
  }
  const [, title, advice] = isMutedOnAir(phone, state) ? MUTED_ON_AIR : PLACES[call?.stage] ?? ["", "You are through. Please stay on the line.", "A voice tells you your place."];
  return { tone: call?.stage === "on_air" ? "air" : "good", title, advice };
}

function waiting({ position, wait_seconds: seconds, wait_minutes: minutes }) {
  const title = position === 1 ? "You are first in line." : `${plural(position - 1, "caller")} ${position === 2 ? "is" : "are"} before you.`;
  const more = position > 1 && minutes ? ` ${moreWords(...minutes)}` : "";
  return { tone: "good", title, advice: `You have waited ${span(seconds)}.${more} Stay on this page: if you leave it, your call ends.` };
}

function moreWords(least, most) {
  if (least >= 60) {
    return "It will take more than an hour.";
  }
  const range = least && least < most ? `about ${least} to ${most}` : `up to ${most}`;
  return `It will take ${range} more ${most === 1 ? "minute" : "minutes"}.`;
}

function waitingWords(count) {
  return count ? `${plural(count, "caller")} ${count === 1 ? "waits" : "wait"}.` : "Nobody waits.";
}

function afterwards(phone, state) {
  if (phone.trouble?.kind === "no_token" && phone.trouble.sentence) {
    return { tone: "bad", title: phone.trouble.sentence, advice: "" }; // the app says what to do instead
  }
  if (phone.trouble) {
    const [title, advice] = TROUBLES[phone.trouble.kind] ?? OTHER_TROUBLE;
    return { tone: "bad", title, advice };
  }
  if (phone.stage === Stage.LOADING) {
    return { tone: "calm", title: "One moment…", advice: "" };
  }
  if (state.isElsewhere) {
    const advice = "Go to that tab to talk or to hang up: one call at a time is possible. If it is closed, wait a few seconds, and you can call here.";
    return { tone: "wait", title: "You are in a call already, in another tab.", advice };
  }
  if (phone.ended) {
    return ended(phone, state);
  }
  if (state.wasLeft) {
    return { tone: "bad", title: "You left this page, and your call ended with it.", advice: leftWords(state) };
  }
  if (state.known?.line === "by_phone") {
    return { tone: "calm", title: "Please ring the studio by phone.", advice: "" };
  }
  if (!state.takesCalls) {
    return { tone: "calm", title: "You cannot call right now.", advice: "This page shows when you can." };
  }
  if (state.known?.line === "full") {
    return { tone: "calm", title: "You can try.", advice: "A place in the line may be free when you press Call." };
  }
  return { tone: "calm", title: "Ready when you are.", advice: "Press Call to join the line." };
}

function leftWords({ known, outcome }) {
  if (known?.kept_seconds && outcome === "aired") {
    return `You were on the air. Press Call within ${span(known.kept_seconds)}: you are first in line.`;
  }
  if (known?.kept_seconds) {
    return `Press Call within ${span(known.kept_seconds)}: you have your place in the line again.`;
  }
  if (outcome === "aired") {
    return `You were on the air. ${JOIN_AGAIN}`;
  }
  return outcome ? JOIN_AGAIN : CALL_AGAIN_SOON;
}

function ended(phone, state) {
  if (phone.ended === "here") {
    return { tone: "calm", title: "You hung up.", advice: "Thank you for calling." };
  }
  const [title, advice] = OUTCOMES[state.outcome] ?? ["The call has ended.", "Thank you for calling."];
  return { tone: "calm", title, advice };
}
