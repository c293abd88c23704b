/* What the DJ's page says of presses, and while nobody is on the air. */

import { callerInSentence } from "../cards/words.js";
import { capital } from "../shared/format.js";

const LOST = { next: "Next", take: "Your choice", drop: "Drop", hold: "Hold" };
const DONE = { next: "was thanked", take: "was thanked", drop: "was thanked and let go", hold: "is on hold" };

/** What a press is about to do, until the app has said it. */
export function promiseOf(press) {
  if (press.kind === "hold") {
    return "This caller is put on hold. Nobody follows until you press Next, or bring them back.";
  }
  if (press.kind === "drop") {
    return "This caller is thanked and let go. Nobody follows until you press Next.";
  }
  const comes = press.kind === "take" && press.chosen ? callerInSentence(press.chosen) : "the next caller";
  return press.caller ? `This caller is thanked, and ${comes} comes.` : `${capital(comes)} comes.`;
}

export function lostSentence(press) {
  return `${LOST[press.kind]} did not get through. Press it again.`;
}

/** The status line of a desk that is connected with nobody on the air; facts as for statusOf. */
export function standingBy({ phone, air, press }) {
  if (phone.muted) {
    return { tone: "bad", title: "You are muted.", advice: "The next caller would not hear you." };
  }
  if (air.isTakenOver) {
    return { tone: "bad", title: "Another desk has taken over.", advice: "You are off the air; your call is about to end." };
  }
  if (air.coming && air.desk.whisper) {
    const who = `${capital(callerInSentence(air.coming))} is coming…`;
    return { tone: "wait", title: who, advice: `You hear: “${air.desk.whisper}” They do not.` };
  }
  if (press.isPending && !press.caller) {
    return { tone: "wait", title: "Next…", advice: press.sentence || promiseOf(press) };
  }
  if (air.coming) {
    const who = `${capital(callerInSentence(air.coming))} is coming…`;
    return { tone: "wait", title: who, advice: "They are told that they are on; then you hear them." };
  }
  if (press.isLost) {
    return { tone: "bad", title: "Nobody is on the air.", advice: lostSentence(press) };
  }
  return air.isUntilNext ? untilNext(whatIsDone(press), air) : following(whatIsDone(press), air);
}

function untilNext(done, air) {
  if (!air.waiting) {
    const what = air.desk.idle ? "Nobody comes on the air until you press Next Caller." : "You press Next Caller for each caller.";
    return emptyLine(done, air, what);
  }
  if (!air.mayCome) {
    return nobodyMayCome(done, air);
  }
  const count = air.mayCome;
  const what = air.isScreened ? ["is ready", "are ready"] : ["waits", "wait"];
  const who = count === 1 ? `One caller ${what[0]}` : `${count} callers ${what[1]}`;
  return { tone: "wait", title: titleOf(done, "Nobody is on the air."), advice: `${done}${who}: press Next Caller, or take one from the list.` };
}

function following(done, air) {
  if (!air.waiting) {
    return emptyLine(done, air, "The next caller comes straight on the air.");
  }
  if (!air.mayCome) {
    return nobodyMayCome(done, air);
  }
  if (air.isNobodyReady) {
    return { tone: "wait", title: titleOf(done, "Nobody is ready yet."), advice: `${done}Whoever presses 1 comes on the air. You can also take one from the list.` };
  }
  return { tone: "wait", title: titleOf(done, "The next caller is coming…"), advice: `${done}They are told that they are on; then you hear them.` };
}

function nobodyMayCome(done, { isScreened }) {
  if (!isScreened) {
    return { tone: "wait", title: titleOf(done, "Nobody may come just now."), advice: `${done}A screener has whoever waits: they may come on the air after that.` };
  }
  return { tone: "wait", title: titleOf(done, "Nobody is ready yet."), advice: `${done}Callers are screened: whoever a screener makes ready may come on the air.` };
}

function emptyLine(done, { opening }, whatFollows) {
  const advice = opening === "open" ? whatFollows : "The line takes no new callers.";
  return { tone: "wait", title: titleOf(done, "The line is empty."), advice: `${done}${advice}` };
}

/** What the last press has done; "" when there was none. */
function whatIsDone(press) {
  return press.caller ? `${capital(callerInSentence(press.caller))} ${DONE[press.kind]}. ` : "";
}

function titleOf(done, sentence) {
  return done ? sentence : `Connected. ${sentence}`;
}
