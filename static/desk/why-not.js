/* Why a button does nothing just now: a sentence for whoever presses it, or "" when it works. */

import { NOT_KNOWN_YET, NOT_THROUGH, PHONE_REASONS } from "../shared/phone-why-not.js";
import { Stage } from "../shared/stage.js";

const REASONS = {
  ...PHONE_REASONS,
  next: (facts) => notAtTheDesk(facts) || notNext(facts),
  take: (facts) => notAtTheDesk(facts) || notTake(facts),
  drop: (facts) => notAtTheDesk(facts) || notWithoutCaller(facts),
  hold: (facts) => notAtTheDesk(facts) || notWithoutCaller(facts),
  automatic: ({ isLive }) => (isLive ? "" : "The station’s server does not answer: this cannot be changed just now."),
  takeOver: ({ phone, air }) => (phone.isAnswered && air.seat === "rival" ? "" : "There is nothing to take over."),
};

/** `what` is a button: next, take, drop, hold, automatic, connect, hangUp, mute or takeOver. */
export function whyNot(what, facts) {
  return facts.mayRun ? REASONS[what](facts) : "You look on: a dj or an admin runs the show.";
}

function notAtTheDesk({ phone, air, isLive }) {
  if (NOT_THROUGH[phone.stage]) {
    return NOT_THROUGH[phone.stage];
  }
  if (phone.stage !== Stage.CONNECTED) {
    return air.isByPhone && air.seat === "other" ? "" : "Connect to the queue first.";
  }
  if (air.seat === "rival") {
    return "Another desk is connected. Take over first.";
  }
  return air.seat === "mine" || !isLive ? "" : NOT_KNOWN_YET;
}

function notWithoutCaller({ air }) {
  return air.call ? "" : "Nobody is on the air.";
}

function notNext({ air, isLive }) {
  if (air.call || !isLive) {
    return "";
  }
  if (air.coming) {
    return "The next caller is on the way.";
  }
  if (!air.isUntilNext) {
    return "Nobody is on the air: the next caller comes by themselves.";
  }
  if (!air.waiting) {
    return "Nobody is waiting.";
  }
  if (air.mayCome) {
    return "";
  }
  return air.isScreened ? "Nobody is ready yet: callers are screened." : "Nobody may come just now: a screener has whoever waits.";
}

function notTake({ air, isLive }) {
  if (!isLive) {
    return "This page is not live: nobody can be taken from the list just now.";
  }
  return air.coming ? "The next caller is on the way." : "";
}
