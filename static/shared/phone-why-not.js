/* Why a desk's button for its own call does nothing right now: a sentence, or "" when it works. */

import { Stage } from "./stage.js";
import { PHONE_WHY_NOT } from "./words.js";

/** Presses that need no session: they are the browser's own. */
const WITHOUT_SESSION = new Set(["hangUp", "mute"]);

/** Why a press that the app is asked for does nothing once the session is over. */
export function notSignedOut(what, { isSignedOut }) {
  return isSignedOut && !WITHOUT_SESSION.has(what) ? PHONE_WHY_NOT.signedOut : "";
}

/** `isInOtherCall`: the page has calls besides the phone's, as a console has. */
export const PHONE_REASONS = {
  connect({ phone }) {
    if (phone.isInCall) {
      return PHONE_WHY_NOT.connected;
    }
    return phone.stage === Stage.BROKEN || phone.stage === Stage.LOADING ? PHONE_WHY_NOT.notReady : "";
  },
  hangUp: ({ phone, isInOtherCall }) => (phone.isInCall || isInOtherCall ? "" : PHONE_WHY_NOT.notConnected),
  mute: ({ phone, isInOtherCall }) => (phone.isAnswered || isInOtherCall ? "" : PHONE_WHY_NOT.nothingToMute),
};
