/* Why a desk's button for its own call does nothing just now: a sentence, or "" when it works. */

import { Stage } from "./stage.js";

export const NOT_THROUGH = {
  [Stage.CALLING]: "Your call is not through yet.",
  [Stage.RECONNECTING]: "Your call is reconnecting.",
};
export const NOT_KNOWN_YET = "One moment: the line does not know this call yet.";

export const PHONE_REASONS = {
  connect({ phone }) {
    if (phone.isInCall) {
      return "You are connected already.";
    }
    return phone.stage === Stage.BROKEN || phone.stage === Stage.LOADING ? "The phone is not ready yet." : "";
  },
  hangUp: ({ phone }) => (phone.isInCall ? "" : "You are not connected."),
  mute: ({ phone }) => (phone.isAnswered ? "" : "There is nothing to mute: you are not connected."),
};
