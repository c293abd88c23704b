/* Why a button does nothing right now: a sentence, or "" when it works. */

import { PHONE_REASONS, notSignedOut } from "../shared/phone-why-not.js";
import { Stage } from "../shared/stage.js";
import { NOT_THROUGH, PHONE_WHY_NOT } from "../shared/words.js";
import { WHY_NOT } from "./words.js";

const REASONS = {
  ...PHONE_REASONS,
  next: (facts) => notAtTheDesk(facts) || (facts.otherLine ? notWithoutCaller(facts) : notNext(facts)),
  take: (facts) => notAtTheDesk(facts) || notTake(facts),
  drop: (facts) => notAtTheDesk(facts) || notWithoutCaller(facts),
  hold: (facts) => notAtTheDesk(facts) || notWithoutCaller(facts),
  automatic: ({ isLive }) => (isLive ? "" : WHY_NOT.noAnswer),
  bringBack: (facts) => notAtTheDesk(facts) || notBringBack(facts),
  refuse: ({ air }) => (air.question ? "" : WHY_NOT.nobodyAsks),
  handOver: ({ air }) => (air.question ? "" : WHY_NOT.nobodyAsks),
  withdraw: ({ air }) => (air.isAsking ? "" : WHY_NOT.nothingToTakeOver),
  takeNow: ({ air, mayTakeNow }) => (mayTakeNow && air.whose === "rival" ? "" : WHY_NOT.nothingToTakeOver),
  takeOver: ({ phone, air }) => (phone.isAnswered && air.whose === "rival" ? "" : WHY_NOT.nothingToTakeOver),
};

/**
 * `what` is a button: next, take, drop, hold, automatic, bringBack, connect, hangUp, mute, takeOver, takeNow, withdraw,
 * handOver or refuse.
 */
export function whyNot(what, facts) {
  return facts.mayRun ? notSignedOut(what, facts) || REASONS[what](facts) : WHY_NOT.viewOnly;
}

function notAtTheDesk({ phone, air, isLive }) {
  if (NOT_THROUGH[phone.stage]) {
    return NOT_THROUGH[phone.stage];
  }
  if (phone.stage !== Stage.CONNECTED) {
    return air.isByPhone && air.whose === "other" ? "" : WHY_NOT.notConnected;
  }
  if (air.whose === "rival") {
    return WHY_NOT.rival;
  }
  return air.whose === "mine" || !isLive ? "" : PHONE_WHY_NOT.notKnownYet;
}

function notWithoutCaller({ air, otherLine }) {
  return (otherLine ? otherLine.hasCaller : air.call) ? "" : WHY_NOT.nobodyOnAir;
}

function notNext({ air, isLive }) {
  if (air.call || !isLive) {
    return "";
  }
  if (air.coming) {
    return WHY_NOT.coming;
  }
  if (!air.isUntilNext) {
    return WHY_NOT.follows;
  }
  if (!air.waiting) {
    return WHY_NOT.nobodyWaits;
  }
  if (air.mayCome) {
    return "";
  }
  return air.isScreened ? WHY_NOT.nobodyReady : WHY_NOT.allTaken;
}

function notBringBack({ thanked, isLive }) {
  if (!isLive) {
    return WHY_NOT.noAnswer;
  }
  return thanked ? "" : WHY_NOT.nobodyToBringBack;
}

function notTake({ air, isLive, otherLine }) {
  if (!isLive) {
    return WHY_NOT.notLive;
  }
  return air.coming && !otherLine ? WHY_NOT.coming : "";
}
