/* Listens to a stream and draws its level. It follows whatever stream it is given, and none. */

import { setData } from "../shared/text.js";
import { FLOOR_DB, Levels } from "./levels.js";

const SAMPLES = 2048; // 43 ms at 48 kHz: a little more than lies between two looks

export class Meter {
  #bars;
  #levels = new Levels();
  #stream = null;
  #track = null;
  #source = null;
  #analyser = null;
  #samples = new Float32Array(SAMPLES);
  #drawn = "";

  /** `bars` are copies of the meter in templates/desk/sound.html. */
  constructor(bars) {
    this.#bars = bars;
  }

  /** `stream` is what is heard from now on, or null; `context` is the AudioContext that hears it. */
  listen(stream, context) {
    const track = stream?.getAudioTracks()[0] ?? null;
    if (track === this.#track && stream === this.#stream) {
      return;
    }
    this.#source?.disconnect();
    this.#stream = stream;
    this.#track = track;
    this.#levels = new Levels();
    this.#source = null;
    if (track) {
      this.#analyser = context.createAnalyser();
      this.#analyser.fftSize = SAMPLES;
      this.#source = context.createMediaStreamSource(stream);
      this.#source.connect(this.#analyser);
    }
  }

  /** Takes a look at the sound, and draws. `now` is in seconds. */
  tick(now) {
    if (this.#source) {
      this.#analyser.getFloatTimeDomainData(this.#samples);
      this.#levels.hear(this.#samples, now);
    }
    this.#draw(partOf(this.#levels.level), partOf(this.#levels.peak), this.isClipping ? "yes" : "no");
  }

  /** Draws what has changed: each change makes the browser lay out and paint the page, twenty times in a second. */
  #draw(level, peak, clipping) {
    const drawn = `${level} ${peak} ${clipping}`;
    if (drawn === this.#drawn) {
      return;
    }
    this.#drawn = drawn;
    for (const bar of this.#bars) {
      bar.style.setProperty("--level", level);
      bar.style.setProperty("--peak", peak);
      setData(bar, "clipping", clipping);
    }
  }

  get isOn() {
    return this.#source !== null;
  }

  /** How loud it was just now, in dB below full scale. */
  get loudness() {
    return this.#levels.loudness;
  }

  get isClipping() {
    return this.isOn && this.#levels.isClipping;
  }

  get isSilent() {
    return this.isOn && this.#levels.isSilent;
  }

  /** How it sounds: a key of words.LEVEL_WORDS. */
  get state() {
    if (!this.isOn) {
      return "off";
    }
    if (this.isClipping) {
      return "loud";
    }
    return this.isSilent ? "silent" : "good";
  }
}

/** How much of a bar a level fills, from 0 to 1, in hundredths: a bar is about a hundred pixels long. */
function partOf(decibels) {
  return (1 - decibels / FLOOR_DB).toFixed(2);
}
