/* The list of recordings: who was on the air and when, downloads of whole tracks and of one caller's part, and the player. */

import { clock } from "../shared/format.js";
import { setHidden, setText } from "../shared/text.js";
import { MIX } from "./shape.js";
import * as words from "./words.js";

/** What happened in a recording, in order of time: {at, text, call?} in frames. */
function momentsOf({ calls, marks, rate }) {
  const ofCalls = calls.map((call) => ({ at: call.from, text: words.callWords(call, rate), call }));
  const ofMarks = marks.map(({ number, at }) => ({ at, text: words.markWords(number) }));
  return [...ofCalls, ...ofMarks].sort((one, other) => one.at - other.at);
}

export class RecordingRows {
  #list;
  #template;
  #urls = new Set();
  #shown = new Map();

  constructor(list, template) {
    this.#list = list;
    this.#template = template;
    $(list).on("click", "[data-from]", ({ currentTarget }) => this.play(rowOf(currentTarget), Number(currentTarget.dataset.from)));
  }

  /** Draws these recordings; `liveId` is the one that is being recorded. */
  show(recordings, liveId) {
    this.clear();
    this.#shown = new Map(recordings.map((recording) => [recording.id, recording]));
    this.#list.replaceChildren(...recordings.map((recording) => this.#row(recording, recording.id === liveId)));
  }

  /** Lets go of the files: a list that is not seen holds nothing. */
  clear() {
    this.#list.replaceChildren();
    this.#urls.forEach((url) => URL.revokeObjectURL(url));
    this.#urls.clear();
  }

  /** Plays the mix of a row's recording, from `seconds` on. */
  async play(row, seconds) {
    const player = row.querySelector("audio");
    if (!player.src) {
      player.src = this.#url(this.#shown.get(row.dataset.id).wav(MIX));
    }
    player.hidden = false;
    player.currentTime = seconds;
    await player.play();
  }

  #row(recording, isLive) {
    const row = this.#template.content.firstElementChild.cloneNode(true);
    const part = (name) => row.querySelector(`[data-recording="${name}"]`);
    const { title, details } = words.about(recording, isLive);
    row.dataset.id = recording.id;
    setText(part("title"), title);
    setText(part("details"), details);
    setHidden(part("presses"), isLive);
    const moments = isLive ? [] : momentsOf(recording);
    part("moments").replaceChildren(...moments.map((moment) => this.#moment(recording, moment)));
    setHidden(part("moments"), moments.length === 0);
    if (!isLive) {
      part("tracks").replaceChildren(...recording.tracks.map((track) => this.#link(recording, track, words.trackName(track))));
      part("player").setAttribute("aria-label", words.playerName(title));
    }
    return row;
  }

  #moment(recording, { at, text, call }) {
    const item = document.createElement("li");
    const seconds = at / recording.rate;
    const play = document.createElement("button");
    Object.assign(play, { type: "button", textContent: clock(seconds) });
    play.dataset.from = String(seconds);
    play.setAttribute("aria-label", words.playFrom(clock(seconds)));
    item.append(play, ` ${text} `);
    if (call) {
      for (const track of [call.line, MIX].filter((name) => recording.tracks.includes(name))) {
        const what = track === MIX ? words.trackName(MIX) : words.OWN_TRACK;
        item.append(this.#link(recording, track, what, call), " ");
      }
    }
    return item;
  }

  /** A link that downloads a track, or the part of it that a caller was on the air. */
  #link(recording, track, text, call = null) {
    const link = document.createElement("a");
    link.className = "lone-link";
    link.textContent = text;
    link.download = words.fileName(recording, track, call);
    link.setAttribute("aria-label", words.downloadName(text, call));
    link.href = this.#url(recording.wav(track, call?.from, call?.to));
    return link;
  }

  #url(file) {
    const url = URL.createObjectURL(file);
    this.#urls.add(url);
    return url;
  }
}

export function rowOf(element) {
  return element.closest("[data-id]");
}
