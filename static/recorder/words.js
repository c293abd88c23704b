/* What the recorder says. */

import { clock, plural } from "../shared/format.js";

export const STATE_WORDS = Object.freeze({ off: "Record", starting: "Starting…", on: "Recording", ending: "Saving…" });
export const BUTTON_WORDS = Object.freeze({ off: "Record", starting: "Starting…", on: "Stop recording", ending: "Saving…" });

/** Why this browser cannot record, by what it lacks. */
export const LACKS = Object.freeze({
  insecure: "This page cannot record: its address does not begin with https.",
  storage: "This browser cannot record: it gives pages no files of their own. Use a current Chrome, Edge, Firefox or Safari, and not a private window.",
});

export const RECORDED_LINK = "Recorded"; // at a call in a list: the link to its recording
export const BY_PHONE = "A telephone has the desk: its sound does not come through this page, so there is nothing to record.";
export const ELSEWHERE = "Another tab of this browser is recording.";
export const NOT_STARTED = "Recording did not start. Try again.";
export const NO_SPACE = "This computer has too little room to record. Delete recordings, or make room on the disk.";
export const BEGUN = "Recording. Callers are told before they go on the air.";
export const BEGUN_ON_AIR = "Recording. The callers on the air hear two tones: tell them that the call is recorded.";
export const NOT_RECORDING = "Nothing is being recorded.";
export const NOT_KEPT = "The browser may delete recordings when the disk is full: it has not agreed to keep them.";

/** Why a recording ended. */
export const ENDED = Object.freeze({
  pressed: "The recording is saved on this computer.",
  full: "Recording stopped: this computer is nearly full. What was recorded is saved.",
  long: "Recording stopped: a WAV file cannot be longer. What was recorded is saved; press Record to go on.",
  failed: "Recording stopped: the browser could not write any more. What was recorded until now is saved.",
  left: "Recording stopped, because the desk was left. What was recorded is saved.",
  silent: "Recording stopped: the browser’s sound stopped. What was recorded is saved.",
});

export function marked(number, seconds) {
  return `Mark ${number} at ${clock(seconds)}.`;
}

/** The name of a track. */
export function trackName(track) {
  if (track === "dj" || track === "mix") {
    return track === "dj" ? "DJ" : "Mix";
  }
  return `Line ${track === "air" ? 1 : track.replace("air-", "")}`;
}

const ADDRESS = "/#recording-";

/** The address of the desk's page with the list of recordings open at this one. */
export function addressOf(id) {
  return ADDRESS + id;
}

/** The recording that the page's address names; "" for none. */
export function idIn({ pathname, hash }) {
  return `${pathname}${hash}`.startsWith(ADDRESS) ? hash.slice(ADDRESS.length - 1) : "";
}

/** Bytes as people read them. */
export function size(bytes) {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** How much room is left: `seconds` is how long one can record with two callers. */
export function room(bytes, seconds) {
  return `Room for ${seconds < 7200 ? plural(Math.floor(seconds / 60), "minute") : plural(Math.floor(seconds / 3600), "hour")} or more (${size(bytes)}).`;
}

/** When a recording began, how long and how large it is. */
export function about({ startedAt, seconds, bytes, isEnded }, isLive) {
  const day = new Date(startedAt).toLocaleString("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  const cutOff = isEnded || isLive ? "" : " · cut off when the page ended";
  return { title: day, details: `${isLive ? "being recorded" : clock(seconds)} · ${size(bytes)}${cutOff}` };
}

export const DELETED = "The recording is deleted.";
export const OWN_TRACK = "Caller";

const SOMEBODY = "A caller";

/** A caller's time on the air. */
export function callWords({ who, line, from, to }, rate) {
  return `${who || SOMEBODY} · ${trackName(line)} · ${clock((to - from) / rate)}`;
}

export function markWords(number) {
  return `Mark ${number}`;
}

export function playFrom(time) {
  return `Play the mix from ${time}`;
}

export function playerName(title) {
  return `The mix of ${title}`;
}

export function downloadName(text, call) {
  return call ? `Download ${text}, the part of ${call.who}` : `Download ${text}`;
}

/** The name that a file gets on the disk. */
export function fileName({ id }, track, call) {
  const part = call ? ` ${call.who.replace(/[^\p{L}\p{N} ,+-]/gu, "")}` : "";
  return `${id} ${trackName(track)}${part}.wav`;
}

/** How long recordings are kept. */
export function keptFor(days) {
  return days > 0 ? `Recordings are deleted after ${plural(days, "day")}, while this page is open or when it is next opened.` : "Recordings stay until you delete them.";
}
