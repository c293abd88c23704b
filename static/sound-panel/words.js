/* What the sound panel says. */

import { capital } from "../shared/format.js";

export { SILENT } from "../shared/trouble-words.js";

/** The first of the devices that can be chosen; `label` is what the browser takes by itself. */
export function browsersChoice(label) {
  return label ? `The browser’s choice: ${label}` : "The browser’s choice";
}

/** A device that was chosen and is not there. */
export function notThere(label) {
  return `${label} (not plugged in)`;
}

export const NO_MICROPHONE = "No microphone is left: nobody hears you. Plug one in.";

export const AS_ABOVE = "The loudspeaker above";

/** What a loudspeaker of its own is for: a line by its number, or cue, which has none. */
function nameOfOutput(number) {
  return number ? `line ${number}` : "cue";
}

export function outputOfLineLost(number, label) {
  return `${label} was unplugged. You hear ${nameOfOutput(number)} through the main loudspeaker now.`;
}

export function outputOfLineBack(number, label) {
  return `${label} is back. You hear ${nameOfOutput(number)} through it again.`;
}

export const PROCESSING_WORDS = Object.freeze({
  headset: "The browser removes echo and noise and evens the level out.",
  studio: "The microphone goes out as it is: for a mixer, or with music.",
});

export const HEAR_WORDS = Object.freeze({ on: "Stop hearing yourself", off: "Hear yourself" });
export const OFF_AIR_ONLY = "Off air only: hang up first.";
export const NOT_OPENED = "The browser may not use the microphone. Press the icon beside the page’s address and allow it.";

export const LEVEL_WORDS = Object.freeze({ off: "off", good: "good", loud: "too loud", silent: "nothing" });
export const TOO_LOUD = "Your microphone is too loud: it distorts. Turn it down.";

/** The caller on a line in a sentence; `isAlone`: no other line is in use. */
export function callerOn(number, isAlone) {
  return isAlone ? "the caller" : `the caller on line ${number}`;
}

export function callerTooLoud(who) {
  return `${capital(who)} is too loud and distorts.`;
}

export function fromLoudspeakers(who) {
  return `${capital(who)} comes back through your loudspeakers. Use headphones, or turn the loudspeakers down.`;
}

/** `seconds` is how much later the programme comes back. */
export function fromRadio(who, seconds) {
  return `The programme comes back from ${who}, ${seconds.toFixed(1)} s late. Ask them to turn their radio down.`;
}

export function inputLost(label, next) {
  return next ? `${label} was unplugged. ${next} is your microphone now.` : NO_MICROPHONE;
}

export function inputBack(label) {
  return `${label} is back, and is your microphone again.`;
}

export function outputLost(label, next) {
  return `${label} was unplugged. You hear through ${next || "the browser’s choice"} now.`;
}

export function outputBack(label) {
  return `${label} is back. You hear through it again.`;
}

const CODECS = Object.freeze({ opus: "Opus", pcmu: "telephone sound (PCMU)" });
const NO_SAMPLES = "is being measured";
const GOOD_MOS = 4;
const FAIR_MOS = 3.5; // below this the SDK warns: https://www.twilio.com/docs/voice/voice-insights/api/call/details-sdk-call-quality-events

/** How a line sounds, from the SDK's samples of it; `number` is the line's. MOS is the mean opinion score, from 1 to 4.5. */
export function lineWords(number, samples) {
  const heard = samples.filter(({ mos }) => mos);
  if (heard.length === 0) {
    return `Line ${number} ${NO_SAMPLES}.`;
  }
  const mean = (name) => heard.reduce((sum, sample) => sum + sample[name], 0) / heard.length;
  const quality = (mean("mos") >= GOOD_MOS && "good") || (mean("mos") >= FAIR_MOS && "fair") || "poor";
  const { codecName } = heard.at(-1);
  const lost = Math.round(mean("packetsLostFraction"));
  const details = [CODECS[codecName] ?? codecName, `${Math.round(mean("rtt"))} ms`, ...(lost ? [`${lost} % lost`] : [])];
  return `Line ${number} is ${quality}: ${details.join(", ")}.`;
}
