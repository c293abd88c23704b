/* Which of its sentences the listener's page shows: from facts to words, and nothing else. */

import { filled, lengthOf, momentOf, withTime, WORDS } from "./language.js";
import { Stage } from "../shared/stage.js";

const LISTENER_NUMBER = document.querySelector("[data-call-page]").dataset.listenerNumber;
const NO_STAGE = ["", "", ""];
const MORE_OF_LINE = { open: waitingWords, full: waitingWords, last_calls: opensWords, closed: closedWords };

/** The state of the line in a sentence or two; "" while it is not known. */
export function lineWords({ known, isLate }) {
  if (!known || isLate) {
    return "";
  }
  const sentence = filled(WORDS.line[known.line], { number: LISTENER_NUMBER });
  return [sentence, MORE_OF_LINE[known.line]?.(known)].filter(Boolean).join(" ");
}

function waitingWords({ waiting: count }) {
  const words = count === 1 ? WORDS.line.one_waits : WORDS.line.several_wait;
  return count ? filled(words, { count }) : WORDS.line.nobody_waits;
}

function opensWords({ next }) {
  return next ? filled(WORDS.line.opens, { when: momentOf(next.starts_at), show: next.title }) : "";
}

function closedWords(known) {
  return opensWords(known) || WORDS.hint.listen;
}

/** The show that is on: its title, topic and end; "" if there is none, or if that is not known. */
export function showWords({ known, isLate }) {
  if (!known?.on || isLate) {
    return "";
  }
  const { title: show, topic, ends_at: ends } = known.on;
  return withTime(topic ? WORDS.line.show_with_topic : WORDS.line.show, ends, { show, topic });
}

/** Where things stand: the name in the page's `data-place`, and the words in large letters. Both are empty before a call. */
export function placeOf(phone, state) {
  const name = placeName(phone, state);
  if (name === "waiting" && state.call.position !== null) {
    return { name, words: filled(WORDS.waiting.number, { position: state.call.position }) };
  }
  const [words] = isMutedOnAir(phone, state) ? WORDS.stage.muted_on_air : (WORDS.stage[name] ?? [WORDS.outside[name] ?? ""]);
  return { name, words };
}

function placeName(phone, state) {
  switch (phone.stage) {
    case Stage.CALLING:
      return "calling";
    case Stage.RECONNECTING:
      return "reconnecting";
    case Stage.CONNECTED:
      return state.call?.is_asked ? "asked" : (state.call?.stage ?? (WORDS.outcome[state.outcome] ? "ended" : "arriving"));
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
  return state.wasLeft ? "left" : line in WORDS.outside ? line : "";
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
      return { ...told("wait", WORDS.status.connecting), ...(state.isSlow && { advice: WORDS.hint.slow }) };
    case Stage.CONNECTED:
      return inCall(phone, state);
    case Stage.RECONNECTING:
      return told("bad", WORDS.status.reconnecting);
    default:
      return afterwards(phone, state);
  }
}

function told(tone, [title, advice]) {
  return { tone, title, advice };
}

export function warningOf(phone, state) {
  if (phone.muted) {
    return isMutedOnAir(phone, state) ? "" : WORDS.hint.muted;
  }
  if (phone.warnings.has("constant-audio-input-level")) {
    return WORDS.hint.no_sound;
  }
  return state.isLate ? WORDS.hint.late : "";
}

function inCall(phone, state) {
  const { call, outcome } = state;
  if (!call && WORDS.outcome[outcome]) {
    return told("calm", WORDS.outcome[outcome]); // the goodbye is being said
  }
  if (call?.is_asked) {
    return told("wait", WORDS.stage.asked.slice(1));
  }
  if (call?.stage === "waiting" && call.position !== null) {
    return waiting(call);
  }
  const [, ...words] = isMutedOnAir(phone, state) ? WORDS.stage.muted_on_air : (WORDS.stage[call?.stage] ?? NO_STAGE);
  return told(call?.stage === "on_air" ? "air" : "good", words[0] ? words : WORDS.status.through);
}

function waiting({ position, wait_seconds: seconds, wait }) {
  const before = position === 2 ? WORDS.waiting.one_before : WORDS.waiting.several_before;
  const title = position === 1 ? WORDS.waiting.is_first : filled(before, { count: position - 1 });
  const waited = filled(WORDS.waiting.waited, { waited: lengthOf(seconds) });
  const more = position > 1 && wait ? [wait] : [];
  return { tone: "good", title, advice: [waited, ...more, WORDS.waiting.stay].join(" ") };
}

function afterwards(phone, state) {
  if (phone.trouble?.kind === "no_token" && phone.trouble.sentence) {
    return told("bad", [phone.trouble.sentence, ""]); // the app says what to do instead
  }
  if (phone.trouble) {
    return told("bad", WORDS.trouble[phone.trouble.kind] ?? WORDS.trouble.other);
  }
  if (phone.stage === Stage.LOADING) {
    return told("calm", WORDS.status.one_moment);
  }
  if (state.isElsewhere) {
    return told("wait", WORDS.status.elsewhere);
  }
  if (phone.ended) {
    return told("calm", phone.ended === "here" ? WORDS.outcome.hung_up_here : (WORDS.outcome[state.outcome] ?? WORDS.outcome.other));
  }
  if (state.wasLeft) {
    return told("bad", [WORDS.left.title, leftWords(state)]);
  }
  if (state.known?.line === "by_phone") {
    return told("calm", WORDS.status.ring_instead);
  }
  if (!state.takesCalls) {
    return told("calm", WORDS.status.may_not_call);
  }
  return told("calm", state.known?.line === "full" ? WORDS.status.may_try : WORDS.status.may_call);
}

function leftWords({ known, outcome }) {
  const wasOnAir = outcome === "aired";
  if (known?.kept_seconds) {
    return filled(wasOnAir ? WORDS.left.on_air_and_kept : WORDS.left.kept, { kept: lengthOf(known.kept_seconds) });
  }
  if (wasOnAir) {
    return WORDS.left.on_air;
  }
  return outcome ? WORDS.left.join_again : WORDS.left.soon;
}
