/* Why a button of the screener's page does nothing just now: a sentence for whoever presses it, or "" when it works. */

import { Stage } from "../shared/stage.js";
import { isFree } from "./seat.js";

const NOT_LIVE = "This page is not live: nobody can be moved just now.";

const REASONS = {
  connect({ phone }) {
    if (phone.isInCall) {
      return "You are connected already.";
    }
    return phone.stage === Stage.BROKEN || phone.stage === Stage.LOADING ? "The phone is not ready yet." : "";
  },
  talkNext: (facts) => notTalk(facts) || (facts.seat.waiting ? "" : "Nobody waits for you."),
  talk: (facts) => notTalk(facts),
  verdict({ seat, pressing, isLive }) {
    if (!isLive) {
      return NOT_LIVE;
    }
    if (!seat.isInTalk) {
      return "You talk with nobody.";
    }
    return pressing.isPending ? "One moment: the last press is on its way." : "";
  },
  hangUp: ({ phone }) => (phone.isInCall ? "" : "You are not connected."),
  mute: ({ phone }) => (phone.isAnswered ? "" : "There is nothing to mute: you are not connected."),
};

/** `what` is a button: connect, talkNext, talk, verdict, hangUp or mute. */
export function whyNot(what, facts) {
  return REASONS[what](facts);
}

/** Why a caller of the lists cannot be given a verdict from there; `call` is their row, or null. */
export function whyNotFromList(call, { pressing, isLive }) {
  if (!isLive) {
    return NOT_LIVE;
  }
  if (!call || !isFree(call)) {
    return "That caller is with somebody else, or gone.";
  }
  return pressing.isPending ? "One moment: the last press is on its way." : "";
}

function notTalk({ phone, seat, pressing, isLive }) {
  if (phone.stage === Stage.CALLING) {
    return "Your call is not through yet.";
  }
  if (phone.stage === Stage.RECONNECTING) {
    return "Your call is reconnecting.";
  }
  if (phone.stage !== Stage.CONNECTED) {
    return "Connect first.";
  }
  if (!isLive) {
    return NOT_LIVE;
  }
  if (seat.call) {
    return "You have a caller: first say what becomes of them.";
  }
  if (!seat.isSeated) {
    return "One moment: the line does not know this call yet.";
  }
  return pressing.isPending ? "One moment: the last press is on its way." : "";
}
