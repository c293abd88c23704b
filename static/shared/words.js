/* What all pages of the studio say about the line and their phone. Troubles of the phone have words of their own: trouble-words.js. */

import { plural, span, timeOfDay } from "./format.js";
import { Stage } from "./stage.js";

/* A call's stage, and what ends it. */
export const STAGE_WORDS = Object.freeze({
  arriving: "Arriving",
  waiting: "Waiting",
  screening: "Screening",
  ready: "Ready",
  held: "On hold",
  on_air: "On air",
  message: "Message",
  done: "Done",
  leaving: "Leaving",
});

const HUNG_UP_WORDS = {
  on_air: "Hung up on the air",
  ready: "Hung up while ready",
  held: "Hung up on hold",
  screening: "Hung up while talking with a screener",
  waiting: "Hung up while waiting",
};
const END_WORDS = {
  aired: "Was on the air, then thanked",
  dropped: "Dropped, with thanks",
  let_go: "Let go by a screener",
  blocked: "Blocked",
  left_message: "Left a message",
  lost: "Connection lost",
};

/* What the clock in a row counts. */
export const COUNT_WORDS = Object.freeze({ onAir: "on air for", held: "on hold for", waiting: "waiting for" });

export const DELETE = "Delete";

export const MUTE_WORDS = Object.freeze({ off: "Mute", on: "Unmute" });

/* When a press is not answered and nothing else is to be said of it. */
export const NO_ANSWER_AT_ALL = "The app does not answer.";
export const TRIES_AGAIN = "The page tries again by itself.";
export const NO_ANSWER = `${NO_ANSWER_AT_ALL} Try again in a moment.`;
/* When `*` was sent because the app could not ask Twilio. */
export const BY_STAR = "Twilio could not be asked, so your own call has sent the * key instead.";
export const HANG_UP_FIRST = "You are in a call. Hang up first, then sign out.";
export const CHOOSE_FIRST = "Choose a caller in the list first, with J and K.";

/* The state of the desk's own call. */
export const ALLOW_MICROPHONE = "If the browser asks for the microphone, allow it.";
export const ENDED_BY_NETWORK = "The phone network ended your call.";
export const YOU_ARE_MUTED = "You are muted.";

/* Why a desk's button for its own call does nothing right now. */
export const NOT_THROUGH = {
  [Stage.CALLING]: "Your call is not through yet.",
  [Stage.RECONNECTING]: "Your call is reconnecting.",
};
export const PHONE_WHY_NOT = Object.freeze({
  connected: "You are already connected.",
  notReady: "The phone is not ready yet.",
  notConnected: "You are not connected.",
  nothingToMute: "There is nothing to mute: you are not connected.",
  notKnownYet: "One moment: the line does not know this call yet.",
  signedOut: "You are signed out. Press “Sign in again” first.",
  notLive: "This page is not live: nobody can be moved right now.",
});

/**
 * The status line of a page that is signed out: {tone, title, advice}; `meanwhile` says what becomes of the caller of
 * its call, if it has one.
 */
export function signedOut(isInCall, meanwhile) {
  const inCall = `Press “Sign in again”: that ends your call, and ${meanwhile}. Until then only Mute and Hang up work.`;
  const title = document.querySelector("[data-signed-out]").firstChild.textContent.trim();
  return { tone: "bad", title, advice: isInCall ? inCall : "Press “Sign in again” on this page." };
}

/** How a call that is over ended: it hung up, or what was done with it. `last` is the stage that it was in. */
export function endWords({ hung_up: hungUp, last, outcome }) {
  if (hungUp) {
    return HUNG_UP_WORDS[last] ?? "Hung up";
  }
  return END_WORDS[outcome] ?? "Left";
}

/** How a listener is shown whose browser's call broke and whose place is kept. */
export function awayWords({ last }) {
  return last === "on_air" ? "Away from the air" : "Away from the line";
}

export function keptWords(seconds) {
  return `place kept for ${span(seconds)}`;
}

export function agoWords(seconds) {
  return seconds < 10 ? "just now" : `${span(seconds)} ago`;
}

export function moreBehind(count) {
  return `and ${count} more behind them`;
}

/** How a number, masked or in full, is said aloud: "•••001" and "+447700900001" are "the caller ending 001". */
export function callerInWords(number) {
  if (number === "withheld") {
    return "a caller with a withheld number";
  }
  if (number === "browser") {
    return "a browser caller";
  }
  const digits = /\d{1,3}$/.exec(number);
  return digits ? `the caller ending ${digits[0]}` : `caller ${number}`;
}

/** How a masked number is shown. */
export function callerLabel(number) {
  if (number === "withheld") {
    return "Withheld";
  }
  return number === "browser" ? "Browser" : number;
}

/** Whether the page is live, and since when (a Date) it is not. */
export function liveWord({ isLive, since }) {
  return isLive ? "Live" : `Not live since ${timeOfDay(since)}`;
}

/** The same for a banner, "" while the page is live, or signed out, which has a banner of its own; `meanwhile` says what goes on. */
export function notLive({ isLive, since, isSignedOut }, meanwhile) {
  return isLive || isSignedOut ? "" : `Not live since ${timeOfDay(since)}. ${meanwhile} ${TRIES_AGAIN}`;
}

export const RECORDED = "Recorded"; // what goes on the air, by the desk that has it
export const LIST_IS_OLD = "The list shows what was known then. Voice calls go on, and Twilio decides who is next.";

/** What is wrong with Twilio, "" if nothing is. */
export function networkProblem({ ok, problem }) {
  return ok ? "" : `${problem || "Twilio does not answer."} The list shows what the app itself knows.`;
}

/** How old Twilio's own list is, in seconds, or null or undefined when it never answered. */
export function networkAge(seconds) {
  if (seconds === null || seconds === undefined) {
    return "Twilio has not answered yet.";
  }
  return `Twilio’s own list was last read ${span(seconds)} ago.`;
}

/** About calls that Twilio has and never asked the app about. */
export function missedCalls(count, cause) {
  const calls = `${plural(count, "call")} ${count === 1 ? "has" : "have"}`;
  return count ? `${calls} not reached this app. ${cause} Callers in the queue are found within half a minute. Tell your admin.` : "";
}

/* The show's clock: for how long the line has been open, or closed. */
export const SHOW_CLOCK_WORDS = Object.freeze({ open: "Open for", last_calls: "Last calls, open for", closed: "Closed for" });

/** How many messages nobody has heard; "" for none. */
export function newMessages(count) {
  return count ? `${count} new` : "";
}
