/* What the screener's page says: from facts to words, and nothing else. */

import { shortCaller } from "../cards/words.js";
import { capital } from "../shared/format.js";
import { Stage } from "../shared/stage.js";
import { inTrouble } from "../shared/trouble-words.js";
import { ALLOW_MICROPHONE, ENDED_BY_NETWORK, PHONE_WHY_NOT, YOU_ARE_MUTED, signedOut } from "../shared/words.js";

export const TALK_WORDS = Object.freeze({
  off: "Not connected",
  calling: "Calling…",
  reconnecting: "Reconnecting",
  free: "Nobody with you",
  coming: "Coming to you…",
  talk: "Talking with",
  leaving: "Leaving you…",
});

/* What the browser's tab says in a talk. */
export const TITLE_IN_TALK = "Talking";
export const COMING_ON_AIR = "Coming on air";
export const LEVEL_WORDS = Object.freeze({ off: "Microphone: off", heard: "Microphone: heard", silent: "Microphone: silent" });
export const BLOCK_WORDS = Object.freeze({ number: "Block", browser: "Block for the day", sure: "Really block?" });

/* Why a button does nothing right now. */
export const WHY_NOT = Object.freeze({
  onItsWay: "One moment: the last press is on its way.",
  nobodyWaits: "No callers are waiting for you.",
  nobodyInTalk: "You are not talking with a caller.",
  gone: "That caller is with somebody else, or gone.",
  notConnected: "Connect first.",
  inTalk: "First decide about the caller you have.",
});

/* How earlier calls ended. */
export const OUTCOME_WORDS = Object.freeze({
  aired: "on the air",
  hung_up: "hung up",
  dropped: "taken off the air",
  let_go: "let go",
  blocked: "blocked",
  line_full: "the line was full",
  line_closed: "the line was closed",
  left_message: "left a message",
  lost: "lost",
});

/** The button for a person heard at this number: `when` they last called, if known. */
export function personWords({ name, place }, when) {
  return { it: `It is ${[name, place].filter(Boolean).join(", ")}`, last: when ? `last ${when}` : "" };
}

export function placeWords(place) {
  return `Ready will put this caller ${place} on the DJ’s list.`;
}

export function sureToBlock({ number }) {
  return number === "browser"
    ? "Press Block again to block this browser for the day: the caller is let go, and cannot call again for 24 hours."
    : "Press Block again to block this number: the caller is let go, and cannot call again.";
}

const WILL = {
  talk: (who) => `${capital(who)} is on the way to you.`,
  ready: (who) => `${capital(who)} goes to the DJ’s list.`,
  hold: (who) => `${capital(who)} is put on hold, with music.`,
  back: (who) => `${capital(who)} goes back to their place in the line.`,
  let_go: (who) => `${capital(who)} is thanked and let go.`,
  block: (who, call) => `${capital(who)} is let go, and ${blockedOf(call)}.`,
};
const DID = {
  ready: (who) => `${capital(who)} is on the DJ’s list.`,
  hold: (who) => `${capital(who)} is on hold.`,
  back: (who) => `${capital(who)} is back in the line.`,
  let_go: (who) => `${capital(who)} was thanked and let go.`,
  block: (who, call) => `${capital(who)} was let go, and ${blockedOf(call)}.`,
};

/** What is blocked of a caller, in a sentence: a withheld number cannot be. */
function blockedOf(call) {
  return { browser: "this browser is blocked for the day", withheld: "there is no number to block" }[call?.number] ?? "this number is blocked";
}

/** The state of this page's desk, a key of TALK_WORDS. `ownDesk` is the desk (own-desk.js), `press` the last press (pending-press.js). */
export function stateOf({ phone, ownDesk, press }) {
  if (phone.stage === Stage.CALLING) {
    return "calling";
  }
  if (phone.stage === Stage.RECONNECTING) {
    return "reconnecting";
  }
  if (phone.stage !== Stage.CONNECTED) {
    return "off";
  }
  if (!ownDesk.call) {
    return "free";
  }
  if (!ownDesk.isInTalk) {
    return "coming";
  }
  return press.isPending && press.kind !== "talk" ? "leaving" : "talk";
}

/** The status line: {tone, title, advice}. `hint` is the answer to a press (hint.js). */
export function statusOf(facts) {
  const { hint, press, phone, isLive, isSignedOut } = facts;
  if (hint.text) {
    return { tone: hint.tone, title: hint.text, advice: "" };
  }
  if (isSignedOut) {
    return signedOut(phone.isInCall, "your caller goes back into line");
  }
  if (press.isPending) {
    return { tone: "wait", title: willWords(press), advice: "" };
  }
  switch (stateOf(facts)) {
    case "calling":
      return { tone: "wait", title: "Calling…", advice: ALLOW_MICROPHONE };
    case "reconnecting":
      return { tone: "bad", title: "Reconnecting…", advice: "The connection broke. Your caller may not hear you until it is back." };
    case "coming":
      return { tone: "wait", title: `${capital(shortCaller(facts.ownDesk.call))} is on the way to you.`, advice: "They are told who you are; then you hear them." };
    case "talk":
      return phone.muted
        ? { tone: "bad", title: YOU_ARE_MUTED, advice: "Your caller does not hear you." }
        : { tone: "good", title: `You are talking with ${shortCaller(facts.ownDesk.call)}.`, advice: isLive ? "Write down who they are and their topic, then press Ready or another button." : "This page may be out of date. You still hear each other." };
    case "free":
      return free(facts);
    default:
      return notConnected(facts);
  }
}

/** What a press is about to do: as the app says it, or until then as far as the page knows. */
export function willWords({ kind, call, sentence }) {
  return sentence || WILL[kind](call ? shortCaller(call) : "the caller who has waited longest", call);
}

function didWords({ kind, call, state }) {
  const who = call ? shortCaller(call) : "the caller";
  if (state === "gone") {
    return `${capital(who)} has hung up. `;
  }
  return state === "done" && DID[kind] ? `${DID[kind](who, call)} ` : "";
}

function free(facts) {
  const { phone, ownDesk, press, isLive } = facts;
  if (press.state === "lost") {
    return { tone: "bad", title: "That did not get through.", advice: "Press it again." };
  }
  if (!isLive) {
    return { tone: "wait", title: "Connected.", advice: "This page is not live: it cannot see who is waiting." };
  }
  if (!ownDesk.isConnected) {
    return { tone: "wait", title: "Connected.", advice: PHONE_WHY_NOT.notKnownYet };
  }
  const done = didWords(press);
  const muted = phone.muted ? `${YOU_ARE_MUTED} ` : "";
  if (!ownDesk.waiting) {
    return { tone: "calm", title: done.trim() || "Connected. No callers are waiting for you.", advice: `${muted}${done ? WHY_NOT.nobodyWaits : "Callers appear in the list by themselves."}` };
  }
  const who = ownDesk.waiting === 1 ? "One caller waits" : `${ownDesk.waiting} callers wait`;
  return { tone: "calm", title: done.trim() || "Connected.", advice: `${muted}${who}: press Talk to next, or choose one from the list.` };
}

function notConnected(facts) {
  const { phone, ownDesk } = facts;
  if (phone.trouble) {
    return inTrouble(phone.trouble, { phone, connect: "Connect" });
  }
  if (phone.stage === Stage.LOADING) {
    return { tone: "calm", title: "Getting the phone ready…", advice: "" };
  }
  if (phone.ended === "there") {
    return { tone: "bad", title: ENDED_BY_NETWORK, advice: "Your caller is back in the line. Press Connect to go on." };
  }
  if (phone.stage === Stage.UNREADY) {
    return inTrouble({ kind: "network" }, { phone, connect: "Connect" });
  }
  if (ownDesk.desk.leg) {
    return { tone: "wait", title: "You are connected in another tab.", advice: "Connect here only when that one is closed." };
  }
  if (phone.ended === "here") {
    return { tone: "calm", title: "You hung up.", advice: didWords(facts.press) };
  }
  return { tone: "calm", title: "Ready.", advice: "Press Connect, then talk to the callers one after the other, before they go on the air." };
}
