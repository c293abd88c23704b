/* Why a button does nothing just now: a sentence for whoever presses it, or "" when it works. */

import { Stage } from "../shared/stage.js";

const CALL_IN_THE_WAY = {
  [Stage.CALLING]: "Your call is not through yet.",
  [Stage.RECONNECTING]: "Your call is reconnecting.",
};

const REASONS = {
  next: (facts) => notAtTheDesk(facts) || notNext(facts),
  take: (facts) => notAtTheDesk(facts) || notTake(facts),
  drop: (facts) => notAtTheDesk(facts) || notWithoutCaller(facts),
  hold: (facts) => notAtTheDesk(facts) || notWithoutCaller(facts),
  automatic: ({ isLive }) => (isLive ? "" : "The station’s server does not answer: this cannot be changed just now."),
  takeOver: ({ phone, air }) => (phone.isAnswered && air.seat === "rival" ? "" : "There is nothing to take over."),
  hangUp: ({ phone }) => (phone.isInCall ? "" : "You are not connected."),
  mute: ({ phone }) => (phone.isAnswered ? "" : "There is nothing to mute: you are not connected."),
  connect({ phone }) {
    if (phone.isInCall) {
      return "You are connected already.";
    }
    return phone.stage === Stage.BROKEN || phone.stage === Stage.LOADING ? "The phone is not ready yet." : "";
  },
};

/** `what` is a button: next, take, drop, hold, automatic, connect, hangUp, mute or takeOver. */
export function whyNot(what, facts) {
  return facts.mayRun ? REASONS[what](facts) : "You look on: a dj or an admin runs the show.";
}

function notAtTheDesk({ phone, air, isLive }) {
  if (CALL_IN_THE_WAY[phone.stage]) {
    return CALL_IN_THE_WAY[phone.stage];
  }
  if (phone.stage !== Stage.CONNECTED) {
    return air.isByPhone && air.seat === "other" ? "" : "Connect to the queue first.";
  }
  if (air.seat === "rival") {
    return "Another desk is connected. Take over first.";
  }
  return air.seat === "mine" || !isLive ? "" : "One moment: the line does not know this call yet.";
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
  return air.mayCome ? "" : "Nobody is ready yet: callers are screened.";
}

function notTake({ air, isLive }) {
  if (!isLive) {
    return "This page is not live: nobody can be taken from the list just now.";
  }
  return air.coming ? "The next caller is on the way." : "";
}
