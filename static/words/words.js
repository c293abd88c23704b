/* What the page Words says by itself. */

import { Stage } from "../shared/stage.js";

export const NOT_ASKED = "The app does not answer. Try again in a moment.";
const FAILED = "The call did not come about. Try again in a moment.";

/** `title` is what the page calls the sentence. */
export function ringWords(phone, title) {
  if (phone.stage === Stage.CALLING) {
    return `Your browser rings for “${title}”.`;
  }
  if (phone.isInCall) {
    return `You hear “${title}” as callers do.`;
  }
  if (phone.ended === "failed" || phone.trouble) {
    return FAILED;
  }
  return phone.ended ? `That was “${title}”.` : "";
}
