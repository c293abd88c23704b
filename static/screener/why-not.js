/* Why a button of the screener's page does nothing just now: a sentence for whoever presses it, or "" when it works. */

import { NOT_KNOWN_YET, NOT_THROUGH, PHONE_REASONS } from "../shared/phone-why-not.js";
import { Stage } from "../shared/stage.js";
import { isFree } from "./seat.js";

const NOT_LIVE = "This page is not live: nobody can be moved just now.";
const ON_ITS_WAY = "One moment: the last press is on its way.";

const REASONS = {
  ...PHONE_REASONS,
  talkNext: (facts) => notTalk(facts) || (facts.seat.waiting ? "" : "Nobody waits for you."),
  talk: (facts) => notTalk(facts),
  verdict({ seat, pressing, isLive }) {
    if (!isLive) {
      return NOT_LIVE;
    }
    if (!seat.isInTalk) {
      return "You talk with nobody.";
    }
    return pressing.isPending ? ON_ITS_WAY : "";
  },
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
  return pressing.isPending ? ON_ITS_WAY : "";
}

function notTalk({ phone, seat, pressing, isLive }) {
  if (NOT_THROUGH[phone.stage]) {
    return NOT_THROUGH[phone.stage];
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
    return NOT_KNOWN_YET;
  }
  return pressing.isPending ? ON_ITS_WAY : "";
}
