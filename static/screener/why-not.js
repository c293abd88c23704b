/* Why a button of the screener's page does nothing right now: a sentence, or "" when it works. */

import { PHONE_REASONS, notSignedOut } from "../shared/phone-why-not.js";
import { Stage } from "../shared/stage.js";
import { NOT_THROUGH, PHONE_WHY_NOT } from "../shared/words.js";
import { isFree } from "./own-desk.js";
import { WHY_NOT } from "./words.js";

const REASONS = {
  ...PHONE_REASONS,
  talkNext: (facts) => notTalk(facts) || (facts.ownDesk.waiting ? "" : WHY_NOT.nobodyWaits),
  talk: (facts) => notTalk(facts),
  verdict({ ownDesk, press, isLive }) {
    if (!isLive) {
      return PHONE_WHY_NOT.notLive;
    }
    if (!ownDesk.isInTalk) {
      return WHY_NOT.nobodyInTalk;
    }
    return press.isPending ? WHY_NOT.onItsWay : "";
  },
};

/** `what` is a button: connect, talkNext, talk, verdict, hangUp or mute. */
export function whyNot(what, facts) {
  return notSignedOut(what, facts) || REASONS[what](facts);
}

/** Why a caller of the lists cannot be given a verdict from there; `call` is their row, or null. */
export function whyNotFromList(call, { press, isLive, isSignedOut }) {
  if (isSignedOut) {
    return PHONE_WHY_NOT.signedOut;
  }
  if (!isLive) {
    return PHONE_WHY_NOT.notLive;
  }
  if (!call || !isFree(call)) {
    return WHY_NOT.gone;
  }
  return press.isPending ? WHY_NOT.onItsWay : "";
}

function notTalk({ phone, ownDesk, press, isLive }) {
  if (NOT_THROUGH[phone.stage]) {
    return NOT_THROUGH[phone.stage];
  }
  if (phone.stage !== Stage.CONNECTED) {
    return WHY_NOT.notConnected;
  }
  if (!isLive) {
    return PHONE_WHY_NOT.notLive;
  }
  if (ownDesk.call) {
    return WHY_NOT.inTalk;
  }
  if (!ownDesk.isConnected) {
    return PHONE_WHY_NOT.notKnownYet;
  }
  return press.isPending ? WHY_NOT.onItsWay : "";
}
