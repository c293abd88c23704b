/* What the page of messages says. */

import { clock, plural } from "../shared/format.js";
import { callerLabel } from "../shared/words.js";

export const LIST_IS_OLD = "The list may be old.";
export const DELETED = "The message is deleted.";
export const ON_CARD = "It is on the card.";
export const NOBODY = "Nobody on the line";
export const CHOOSE = "Choose a caller";
export const UNREACHABLE = "The app cannot be reached. Nothing was changed.";
export const CANNOT_PLAY = "The message could not be played. It may have been deleted, or Twilio does not answer: try again.";

const SOURCES = { phone: "by phone", voice_note: "voice note", text: "text" };

export function sourceWords(message) {
  const length = message.has_sound ? `, ${clock(message.seconds)}` : "";
  return `${SOURCES[message.source] ?? message.source}${length}`;
}

export function whoWords(message) {
  const number = callerLabel(message.number);
  const name = [message.name, message.place].filter(Boolean).join(", ");
  return name ? `${name} (${number})` : number;
}

export function stateWords(message) {
  return message.heard_at ? `Heard by ${message.heard_by}` : "New";
}

export function heardWords(message) {
  return message.heard_at ? "Mark as new" : "Mark as heard";
}

export function summaryWords(messages) {
  const fresh = messages.filter((one) => !one.heard_at).length;
  return messages.length ? `${plural(messages.length, "message")}, ${fresh || "none"} new.` : "";
}

/** The moment in seconds, as the desk's own clock shows it. */
export function whenWords(at) {
  return new Date(at * 1000).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

export function undeletedWords(problems) {
  if (!problems.length) {
    return "";
  }
  return `${plural(problems.length, "recording")} of deleted messages could not be deleted yet. The app tries again every minute. ${problems[0]}`;
}

export function soundLabel(message) {
  return `Message from ${whoWords(message)}`;
}

export function cardLabel(message) {
  return `The caller whose card gets the message from ${whoWords(message)}`;
}
