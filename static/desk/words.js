/* What the DJ's page says, except its status line: status-words.js. */

import { plural } from "../shared/format.js";
import { NO_ANSWER_AT_ALL, PHONE_WHY_NOT, STAGE_WORDS } from "../shared/words.js";

/* What the app answers to presses, which this page says before that, or instead: WORDS_OF_DESK in callin/web/pages.py. */
const APP = JSON.parse(document.querySelector("[data-desk]").dataset.words);

export const NO_NEW_CALLERS = document.querySelector("[data-no-new-callers]").textContent;

export const AIR_STATE_WORDS = Object.freeze({
  off: "Off air",
  calling: "Calling…",
  standby: "Standing by",
  on: "On air",
  next: "Next…",
  drop: "Letting go…",
  hold: "Hold…",
  reconnecting: "Reconnecting",
  unseen: "On air?",
  rival: "Not on air",
  elsewhere: "On air elsewhere",
});

/* What the browser's tab says. */
export const TITLE_WORDS = Object.freeze({ on: "ON AIR", unseen: "ON AIR?" });

/* The buttons, and what they are called while their press is on its way. */
export const BUTTON_WORDS = Object.freeze({
  next: ["Next Caller", "Next…"],
  drop: ["Drop", "Drop…"],
  hold: ["Hold", "Hold…"],
  close: ["Closed", "Really close?"],
});

/** A button's words with the line that it is for: `line` is {number}, or null for the first line, which needs no mention. */
export function onLine(words, line) {
  return line ? `${words}, line ${line.number}` : words;
}

export const TAKE_WORDS = Object.freeze({ waiting: "Take", held: "Resume" });

/* How a caller looks in the list: their stage, and what is about to become of them. */
export const LOOK_WORDS = Object.freeze({
  ...STAGE_WORDS,
  coming: "Coming…",
  returned: "First again",
  silent: "No answer",
});

/* The switches. */
export const SWITCH_WORDS = Object.freeze({
  automatic: { on: "On: when a caller hangs up, the next one goes on the air.", off: "Off: when a caller hangs up, nobody follows until Next." },
  lock: { on: "On: press twice to end a call.", off: "Off: one press ends a call." },
  screened: { on: "On: only callers marked ready by a screener go on the air.", off: "Off: the first in line goes on the air." },
  "ready-check": { on: "On: the next caller presses 1 when ready. Callers that do not are passed over.", off: "Off: callers are not asked." },
  whisper: { on: "On: you alone hear name, place and topic, for a second or two.", off: "Off: choose this if your own call is what goes out on the air." },
  "ask-callers": { on: "On: new callers are asked for their name, place and topic, unless screening is on.", off: "Off: new callers are not asked anything." },
  "browser-calls": { on: "On: from the page /call, and by phone.", off: "Off: by phone only. Web calls that are in line go on." },
});
export const LOCKED = "Locked: press twice to end a call.";
export const NOT_LOCKED = "Not locked: one press ends a call.";

/* What the lock asks before a press counts. */
export const LOCK_QUESTIONS = Object.freeze({
  next: "Locked: press Next again to end this call.",
  take: "Locked: press Take again to end this call.",
  drop: "Locked: press Drop again to let this caller go.",
  hold: "Locked: press Hold again to put this caller on hold.",
  hangUp: "Locked: press Hang up again to end this call.",
});

/* Why a button does nothing right now. */
export const WHY_NOT = Object.freeze({
  viewOnly: APP.view_only,
  noAnswer: "The app does not answer: this cannot be changed right now.",
  nobodyToBringBack: "Nobody is being thanked. A caller can be brought back for 5 s after Drop or Next.",
  nobodyAsks: "Nobody is asking for the desk.",
  nothingToTakeOver: APP.nothing_to_take_over,
  notConnected: APP.not_connected,
  rival: "Another desk is connected. Take over first.",
  nobodyOnAir: APP.nobody,
  coming: APP.busy,
  follows: "Nobody is on the air: the next caller goes on automatically.",
  nobodyWaits: APP.empty,
  nobodyReady: "Nobody is ready yet: callers are screened.",
  allTaken: APP.all_taken,
  notLive: "This page is not live: nobody can be taken from the list right now.",
});

/* What a press is about to do, until the app has said it. */
export const PROMISES = Object.freeze({ drop: APP.drop, hold: APP.hold });
export const THANKING = APP.thanking;

/* What a press has come to. */
export const BY_STAR_BLIND = `${NO_ANSWER_AT_ALL.slice(0, -1)}, so your own call has sent the * key instead.`;
export const STAR_WAS_SENT = "Your own call has already sent the * key. If this caller stays, hang up and connect again.";
export const TAKING_OVER = "Taking over…";
export const SHOW_NOT_CHANGED = `${NO_ANSWER_AT_ALL} Nothing was changed.`;
export const LIMIT_IS_A_NUMBER = "The limit is a whole number, or empty for none.";
export const REFRESHED = Object.freeze({ yes: "Up to date.", no: "No answer." });

export function willAdvance(on) {
  return APP.automatic[Number(on)];
}

export function sureToClose(count) {
  return `Press “Really close?” to close the line: ${plural(count, "caller")} will be thanked and will not go on the air.`;
}

/** How good a caller sounds, as a screener has rated it, from 1 (bad) to 5; "" if nobody has. Not "Line", which is one of the desk. */
export function qualityWords(quality) {
  return quality ? `Sound ${quality} of 5` : "";
}

/* The time of a call on the air: see call-time.js. */
export const TIMING_WORDS = Object.freeze({ "": "", soon: "Time to wrap up", over: "Over time" });

/* The order by hand. */
export const ORDER = Object.freeze({
  noAnswer: `${NO_ANSWER_AT_ALL} Nobody was moved.`,
  notLive: PHONE_WHY_NOT.notLive,
  notInLine: "Only callers in line can be moved.",
  onTheWay: "That caller is already on the way.",
  moreWait: "Nobody can be put last while more callers wait than are shown.",
});

/* The line's own state; `since` is "" or " since 17:50:00". */
export const OPENING_WORDS = Object.freeze({
  open: () => "",
  last_calls: (since) => `Last calls${since}: no new callers are let in.`,
  closed: (since) => `Closed${since}: new callers hear that the line is closed.`,
});

/* The scheduled show. */
export function untilWords(time) {
  return `until ${time}`;
}

export function nextShowWords(title, time) {
  return title ? `No show is on. Next: ${title}, ${time}.` : "No show is on.";
}

const BY_HAND = {
  opening: "open or closed",
  most_callers: "the limit",
  ready_check: "ready check",
  screened: "screening",
  whisper: "whisper",
  automatic: "auto-advance",
};

/** What was set by hand, and until when that holds; `time` is empty if nobody knows. */
export function byHandWords(settings, time) {
  const set = settings.map((name) => BY_HAND[name] ?? name).join(", ");
  return `Set by hand${time ? ` until ${time}` : ""}: ${set}.`;
}

export function stillToThank(count) {
  return `${count} still to be thanked.`;
}

export function notReached(names, others) {
  return `Not reached within a minute: ${names.join(", ")}${others ? ` and ${others} more` : ""}. The app keeps trying.`;
}
