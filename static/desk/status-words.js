/* The status line of the DJ's page: from facts to sentences, and nothing else. The page's other words: words.js. */

import { shortCaller } from "../cards/words.js";
import { capital } from "../shared/format.js";
import { Stage } from "../shared/stage.js";
import { inTrouble } from "../shared/trouble-words.js";
import { ALLOW_MICROPHONE, ENDED_BY_NETWORK, YOU_ARE_MUTED, signedOut } from "../shared/words.js";
import { besideAnotherDesk, questionStatus, whoMayTakeOver, whoTookOver } from "./take-over-words.js";
import { NO_NEW_CALLERS, PROMISES, THANKING, WHY_NOT } from "./words.js";

const LOST = { next: "Next", take: "Your choice", drop: "Drop", hold: "Hold" };
const DONE = { next: "was thanked", take: "was thanked", drop: "was thanked and let go", hold: "is on hold" };

/**
 * The state of the DJ's page, a key of AIR_STATE_WORDS in words.js. `air` is who is on the air as the line says (on-air.js), `press` the
 * press in progress (pending-press.js). Only the desk's own page is ever on the air, and only while it knows.
 */
export function airStateOf({ phone, air, press, isLive }) {
  if (phone.stage === Stage.CALLING) {
    return "calling";
  }
  if (phone.stage === Stage.RECONNECTING) {
    return "reconnecting";
  }
  if (phone.stage !== Stage.CONNECTED) {
    return air.call && air.whose === "other" ? "elsewhere" : "off";
  }
  if (air.whose === "rival") {
    return "rival";
  }
  if (!isLive || air.isInDoubt) {
    return "unseen"; // callers come and go through Twilio alone
  }
  if (air.whose !== "mine" || !air.call) {
    return "standby";
  }
  if (press.isPending) {
    return press.kind === "take" ? "next" : press.kind;
  }
  return "on";
}

/**
 * The status line: {tone, title, advice, ticking?, isSaidByCard?}. `past` is what a reload cut off, or null; `hint` the
 * answer to a press (hint.js); `thanked` is the caller that Bring back means, or null; `isCued` says that the DJ talks
 * off air with the first line's caller; `isHangingUp` and `isRenewing` say what the page is about; `djNumber` is the
 * telephone that runs the show, if any.
 */
export function statusOf(facts) {
  if (facts.air.question) {
    return questionStatus(facts);
  }
  if (facts.hint.text) {
    return { tone: facts.hint.tone, title: facts.hint.text, advice: "" };
  }
  if (facts.isSignedOut) {
    return signedOut(facts.phone.isInCall, "your caller waits for you");
  }
  if (facts.isHangingUp) {
    return { tone: "wait", title: "Hanging up…", advice: "The caller is being thanked." };
  }
  if (facts.isRenewing) {
    return { tone: "wait", title: "Renewing your call…", advice: "A call lasts four hours at most, so a new one begins." };
  }
  const { press } = facts;
  switch (airStateOf(facts)) {
    case "calling":
      return { tone: "wait", title: "Calling the line…", advice: ALLOW_MICROPHONE };
    case "reconnecting":
      return { tone: "bad", title: "Reconnecting…", advice: "The connection broke. The caller may not hear you until it is back." };
    case "next":
      return { tone: "wait", title: "Next…", advice: press.sentence || promiseOf(press) };
    case "drop":
      return { tone: "wait", title: "Letting the caller go…", advice: press.sentence || promiseOf(press) };
    case "hold":
      return { tone: "wait", title: "Putting the caller on hold…", advice: press.sentence || promiseOf(press) };
    case "on":
      return onTheAir(facts);
    case "unseen":
      return unseen(facts);
    case "rival":
      return besideAnotherDesk(facts);
    case "standby":
      return standingBy(facts);
    default:
      return facts.isInOtherCall ? withOthers(notConnected(facts), facts) : notConnected(facts);
  }
}

function unseen({ phone, press, isLive }) {
  const muted = phone.muted ? "You are muted: nobody hears you. " : "";
  const byStar = muted + (press.kind === "next" && press.sentence ? `${press.sentence} ` : "");
  return isLive
    ? { tone: "wait", title: "The app is back.", advice: `${muted}It is finding out who is on the air. Next Caller still works.` }
    : { tone: "bad", title: "The app cannot be reached.", advice: `${byStar}Next still works: Twilio brings the next caller, but this page cannot say who.` };
}

function onTheAir(facts) {
  const { phone, air, press } = facts;
  const title = `On the air with ${shortCaller(air.call)}.`;
  if (phone.muted) {
    return { tone: "bad", title, advice: "You are muted: nobody hears you." };
  }
  if (press.isLost) {
    return { tone: "bad", title, advice: lostSentence(press) };
  }
  if (facts.isCued) {
    return { tone: "wait", title: `Off air with ${shortCaller(air.call)}.`, advice: "Press Cue again to go on the air with them." };
  }
  return { tone: "good", title, advice: `${whoMayTakeOver(air)}${whoIsThanked(facts)}${whoHungUp(air)}`, isSaidByCard: true };
}

/** The caller that Bring back means: "Ann is being thanked; Bring back makes them first in line. ", or "". */
function whoIsThanked({ thanked }) {
  return thanked ? `${capital(shortCaller(thanked))} is being thanked; Bring back makes them first in line. ` : "";
}

/** "Ann hung up. ", or "". */
function whoHungUp({ hungUp }) {
  if (!hungUp) {
    return "";
  }
  const where = { ready: " while ready", held: " on hold", screening: " while talking with a screener" }[hungUp.last] ?? "";
  return `${capital(shortCaller(hungUp))} hung up${where}. `;
}

function whoIsNext({ next }) {
  return next ? `Up next: ${shortCaller(next)}.` : "";
}

function notConnected(all) {
  const { phone, air, past } = all;
  const kept = keptFor(air);
  if (air.isTakenOver && (phone.ended === "there" || phone.ended === "failed")) {
    return { tone: "bad", title: whoTookOver(air), advice: "That ended your call. Press Connect to Queue if you want to take over again." };
  }
  if (phone.trouble) {
    return withKept(inTrouble(phone.trouble, all), kept);
  }
  if (phone.stage === Stage.LOADING) {
    return { tone: "calm", title: "Getting the phone ready…", advice: "" };
  }
  if (past) {
    const title = past.call
      ? `You were on the air with ${shortCaller(past.call)} when this page was reloaded.`
      : "You were connected when this page was reloaded.";
    return { tone: "bad", title, advice: `That ended your call. ${kept}Press Connect to Queue to go back.` };
  }
  if (phone.ended === "there") {
    return { tone: "bad", title: ENDED_BY_NETWORK, advice: `${kept}Press Connect to Queue to go back.` };
  }
  if (phone.stage === Stage.UNREADY) {
    return inTrouble({ kind: "network" }, all);
  }
  if (air.whose === "other") {
    return elsewhere(all);
  }
  if (phone.ended === "here") {
    return { tone: "calm", title: "You hung up. You are off the air.", advice: kept };
  }
  return { tone: "calm", title: "Ready.", advice: air.isUntilNext ? "Connect to Queue, then press Next Caller for the first caller." : "Press Connect to Queue to put the first caller on the air." };
}

function elsewhere(facts) {
  const { air } = facts;
  const who = air.isByPhone ? "A telephone" : "Another desk";
  const title = air.call ? `${who} is on the air with ${shortCaller(air.call)}.` : `${who} is connected.`;
  return {
    tone: "wait",
    title,
    advice: `${air.isByPhone ? whoIsThanked(facts) : ""}${air.isByPhone ? "The buttons and the list work from here, too. " : ""}Connect to Queue offers to take over.`,
  };
}

/** About the caller who was cut off with the studio: they wait, and come first. */
function keptFor({ kept }) {
  if (!kept) {
    return "";
  }
  const isFirst = kept.returned || kept.position === null || kept.position === 1;
  return `${capital(shortCaller(kept))} is still there, ${isFirst ? "and comes first" : `number ${kept.position} in the line`}. `;
}

/** The first line's call is over, and those of other lines are not. */
function withOthers(status, { phone }) {
  const who = phone.muted ? "Callers on other lines are still on the air. You are muted." : "Callers on other lines are still on the air, and hear you.";
  return { ...status, tone: "bad", advice: `${who} ${status.advice}` };
}

function withKept(status, kept) {
  return { ...status, advice: `${kept}${status.advice}` };
}

/** What a press is about to do, until the app has said it. */
function promiseOf(press) {
  if (PROMISES[press.kind]) {
    return PROMISES[press.kind];
  }
  const comes = press.kind === "take" && press.chosen ? shortCaller(press.chosen) : "the next caller";
  const isComing = `${capital(comes)} is on the way.`;
  return press.caller ? `${THANKING} ${isComing}` : isComing;
}

function lostSentence(press) {
  return `${LOST[press.kind]} did not get through. Press it again.`;
}

/** The desk is connected, with nobody on the air. */
function standingBy(facts) {
  const { phone, air, press } = facts;
  if (phone.muted) {
    return { tone: "bad", title: YOU_ARE_MUTED, advice: "The next caller would not hear you." };
  }
  if (air.isTakenOver) {
    return { tone: "bad", title: whoTookOver(air), advice: "You are off the air; your call is about to end." };
  }
  if (air.coming && air.desk.whisper) {
    const who = `${capital(shortCaller(air.coming))} is coming…`;
    return { tone: "wait", title: who, advice: `You hear: “${air.desk.whisper}” They do not.` };
  }
  if (press.isPending && !press.caller) {
    return { tone: "wait", title: "Next…", advice: press.sentence || promiseOf(press) };
  }
  if (air.coming) {
    const who = `${capital(shortCaller(air.coming))} is coming…`;
    return { tone: "wait", title: who, advice: "They are told that they are on; then you hear them." };
  }
  if (press.isLost) {
    return { tone: "bad", title: WHY_NOT.nobodyOnAir, advice: lostSentence(press) };
  }
  const done = `${whoMayTakeOver(air)}${whoIsThanked(facts) || whatIsDone(press)}${whoHungUp(air)}`;
  return air.isUntilNext ? untilNext(done, air) : following(done, air);
}

function untilNext(done, air) {
  if (!air.waiting) {
    return emptyLine(done, air, "Nobody comes on the air until you press Next Caller.");
  }
  if (!air.mayCome) {
    return nobodyMayCome(done, air);
  }
  const count = air.mayCome;
  const what = air.isScreened ? ["is ready", "are ready"] : ["waits", "wait"];
  const who = count === 1 ? `One caller ${what[0]}` : `${count} callers ${what[1]}`;
  return { tone: "wait", title: titleOf(done, WHY_NOT.nobodyOnAir), advice: `${done}${who}: press Next Caller, or take one from the list. ${whoIsNext(air)}` };
}

function following(done, air) {
  if (!air.waiting) {
    return emptyLine(done, air, "The next caller to ring goes straight on the air.");
  }
  if (!air.mayCome) {
    return nobodyMayCome(done, air);
  }
  if (air.isNobodyReady) {
    return { tone: "wait", title: titleOf(done, "Nobody is ready yet."), advice: `${done}The first to press 1 comes on the air. You can also take one from the list.` };
  }
  const who = air.next ? capital(shortCaller(air.next)) : "The next caller";
  return { tone: "wait", title: titleOf(done, `${who} is coming…`), advice: `${done}They are told that they are on; then you hear them.` };
}

function nobodyMayCome(done, { isScreened }) {
  if (!isScreened) {
    return { tone: "wait", title: titleOf(done, "Nobody can go on the air right now."), advice: `${done}${WHY_NOT.allTaken}` };
  }
  return { tone: "wait", title: titleOf(done, "Nobody is ready yet."), advice: `${done}Callers are screened: only callers marked ready by a screener go on the air.` };
}

function emptyLine(done, { opening }, whatFollows) {
  const advice = opening === "open" ? whatFollows : NO_NEW_CALLERS;
  return { tone: "wait", title: titleOf(done, "The line is empty."), advice: `${done}${advice}` };
}

/** What the last press has done; "" when there was none. */
function whatIsDone(press) {
  return press.caller ? `${capital(shortCaller(press.caller))} ${DONE[press.kind]}. ` : "";
}

function titleOf(done, sentence) {
  return done ? sentence : `Connected. ${sentence}`;
}
