/* The list of recordings: who was on the air and when, downloads of whole tracks and of one caller's part, and the player. */

import { clock } from "../shared/format.js";
import { putInOrder, setHidden, setText } from "../shared/text.js";
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
  #rows = new Map(); // by the recording's id: {recording, facts, element, urls}

  constructor(list, template) {
    this.#list = list;
    this.#template = template;
    $(list).on("click", "[data-from]", ({ currentTarget }) => this.play(rowOf(currentTarget), Number(currentTarget.dataset.from)));
  }

  /** Shows these recordings; `liveId` is the one that is being recorded. A row that stays as it is goes on playing. */
  show(recordings, liveId) {
    const wanted = new Map(recordings.map((recording) => [recording.id, JSON.stringify([recording, recording.id === liveId])]));
    for (const [id, { facts }] of this.#rows) {
      if (wanted.get(id) !== facts) {
        this.#remove(id);
      }
    }
    for (const recording of recordings.filter(({ id }) => !this.#rows.has(id))) {
      const row = { recording, facts: wanted.get(recording.id), urls: [] };
      row.element = this.#draw(row, recording.id === liveId);
      this.#rows.set(recording.id, row);
    }
    putInOrder(this.#list, recordings.map(({ id }) => this.#rows.get(id).element));
  }

  /** Lets go of the files: a list that is not seen holds nothing. */
  clear() {
    for (const id of this.#rows.keys()) {
      this.#remove(id);
    }
  }

  #remove(id) {
    const { element, urls } = this.#rows.get(id);
    element.remove();
    urls.forEach((url) => URL.revokeObjectURL(url));
    this.#rows.delete(id);
  }

  /** Plays the mix of a row's recording, from `seconds` on. */
  async play(element, seconds) {
    const row = this.#rows.get(element.dataset.id);
    const player = element.querySelector("audio");
    if (!player.src) {
      player.src = urlOf(row, row.recording.wav(MIX));
    }
    player.hidden = false;
    player.currentTime = seconds;
    await player.play();
  }

  #draw(row, isLive) {
    const { recording } = row;
    const element = this.#template.content.firstElementChild.cloneNode(true);
    const part = (name) => element.querySelector(`[data-recording="${name}"]`);
    const { title, details } = words.about(recording, isLive);
    element.dataset.id = recording.id;
    setText(part("title"), title);
    setText(part("details"), details);
    setHidden(part("presses"), isLive);
    const moments = isLive ? [] : momentsOf(recording);
    part("moments").replaceChildren(...moments.map((moment) => momentItem(row, moment)));
    setHidden(part("moments"), moments.length === 0);
    if (!isLive) {
      part("tracks").replaceChildren(...recording.tracks.map((track) => link(row, track, words.trackName(track))));
      part("player").setAttribute("aria-label", words.playerName(title));
    }
    return element;
  }
}

function momentItem(row, { at, text, call }) {
  const { rate, tracks } = row.recording;
  const item = document.createElement("li");
  const seconds = at / rate;
  const play = document.createElement("button");
  Object.assign(play, { type: "button", textContent: clock(seconds) });
  play.dataset.from = String(seconds);
  play.setAttribute("aria-label", words.playFrom(clock(seconds)));
  item.append(play, ` ${text} `);
  if (call) {
    for (const track of [call.line, MIX].filter((name) => tracks.includes(name))) {
      const what = track === MIX ? words.trackName(MIX) : words.OWN_TRACK;
      item.append(link(row, track, what, call), " ");
    }
  }
  return item;
}

/** A link that downloads a track, or the part of it that a caller was on the air. */
function link(row, track, text, call = null) {
  const anchor = document.createElement("a");
  anchor.className = "lone-link";
  anchor.textContent = text;
  anchor.download = words.fileName(row.recording, track, call);
  anchor.setAttribute("aria-label", words.downloadName(text, call));
  anchor.href = urlOf(row, row.recording.wav(track, call?.from, call?.to));
  return anchor;
}

/** The file's address, which is good for as long as the row is there. */
function urlOf(row, file) {
  const url = URL.createObjectURL(file);
  row.urls.push(url);
  return url;
}

export function rowOf(element) {
  return element.closest("[data-id]");
}
