/* What the page Words says by itself. */

import { Stage } from "../shared/stage.js";

const FAILED = "The call failed. Try again in a moment.";

/** `title` is the heading that the page gives the sentence. */
export function ringWords(phone, title) {
  if (phone.stage === Stage.CALLING) {
    return `Your browser is ringing for “${title}”.`;
  }
  if (phone.isInCall) {
    return `You hear “${title}” as callers do.`;
  }
  if (phone.ended === "failed" || phone.trouble) {
    return FAILED;
  }
  return phone.ended ? `That was “${title}”.` : "";
}
