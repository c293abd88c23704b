/* What the chat between the desks says beside the messages themselves. */

import { plural } from "../shared/format.js";
import { callerLabel } from "../shared/words.js";

export const NOT_SENT = "Not sent yet: the app does not answer.";
export const NO_MESSAGES = "No messages yet.";

export function sending(text) {
  return `Sending “${text}”…`;
}

export function newMessages(count) {
  return count ? plural(count, "new message") : "";
}

/** Who has a desk, and with which call (a row, or undefined): {who, where}. */
export function atDesk({ name, who }, call) {
  const isAir = name === "air";
  const [busy, free, somebody] = isAir ? ["on the air", "at the air desk", "The DJ"] : ["screening", "at a screener’s desk", "A screener"];
  return { who: who || somebody, where: call ? `${busy}, with ${call.card?.name || callerLabel(call.number)}` : free };
}
