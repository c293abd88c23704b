/* What the page Words says by itself. */

import { Stage } from "../shared/stage.js";

const FAILED = "The call did not come about. Try again in a moment.";

export function ringWords(phone, sentence) {
  if (phone.stage === Stage.CALLING) {
    return `Ringing you: ${sentence}.`;
  }
  if (phone.isInCall) {
    return `You hear it as callers do: ${sentence}.`;
  }
  if (phone.ended === "failed" || phone.trouble) {
    return FAILED;
  }
  return phone.ended ? `That was it: ${sentence}.` : "";
}
