/* What the console says: the lines of the air beside the first. */

export const LINE_WORDS = Object.freeze({
  on: "On air",
  unseen: "Was on air",
  cue: "Off air, with you",
  coming: "Coming…",
  calling: "Connecting…",
  idle: "Line free",
});
export const FULL = "All lines are in use. Drop or hold somebody first.";
export const NO_LINE = "The line could not be connected. The caller is still waiting; try again.";
export const NO_MICROPHONE =
  "The browser may not use the microphone, so no line was added. The caller is still waiting. Press the icon beside the page’s address and allow it.";

/** The number by which people call a line. */
export function numberOf(name) {
  return name.split("-")[1] ?? "1";
}

export function lineName(number) {
  return `Line ${number}`;
}

/** Why nobody can be added to the air at all; "" if somebody can. */
export function whyOneLine(lines, isByPhone) {
  if (lines === 1) {
    return "One caller on the air at a time, because of the station’s settings: AIR_LINES is 1, or TWILIO_SCREENER_APP_SID is empty.";
  }
  return isByPhone ? "One caller on the air at a time while a telephone has the desk." : "";
}

/** The words of a caller's fader. */
export function faderWords(db, silentDb) {
  return db <= silentDb ? "Silent" : `${db > 0 ? "+" : db < 0 ? "−" : ""}${Math.abs(db)} dB`;
}
