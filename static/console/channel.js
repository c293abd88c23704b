/* One line's sound: what its caller says, through a leveller, a limiter and a fader, to the DJ and to the other lines. */

import { fade } from "./fade.js";
import { Incoming } from "./incoming.js";
import { limited } from "./limiter.js";
import { Output } from "./output.js";

const LEVEL_DB = -20; // what the leveller aims at
const SPEECH_DB = -45; // below this nobody speaks, and the leveller rests
const MOST_DB = 12; // by which the leveller raises or lowers
const STEP_DB = 0.5; // at each tick, so that nobody hears it work

export const SILENT_DB = -60; // the foot of the fader

export class Channel {
  #incoming;
  #nodes;
  #levelDb = 0;
  #isLevelling = true;
  /** What the caller of this line hears. */
  send;
  /** Where the DJ hears the caller. */
  output;
  faderDb = 0;
  isMuted = false;
  isCued = false;
  isOnAir = false;
  #caller = "";

  constructor(context) {
    const gain = () => context.createGain();
    this.#nodes = { leveller: gain(), fader: gain(), tap: gain(), raw: gain(), microphone: gain() };
    const { leveller, fader, tap, raw, microphone } = this.#nodes;
    tap.gain.value = 0;
    raw.gain.value = 0;
    limited(context, leveller).connect(fader);
    this.output = new Output(context, fader);
    fader.connect(tap);
    this.#incoming = new Incoming(context);
    this.#incoming.output.connect(raw);
    this.#incoming.output.connect(leveller);
    this.send = context.createMediaStreamDestination();
    this.send.channelCount = 1;
    microphone.connect(this.send);
  }

  /** Where the DJ's microphone comes in. */
  get microphone() {
    return this.#nodes.microphone;
  }

  /** The caller's voice as the other lines get it: silent unless the caller is on the air. */
  get tap() {
    return this.#nodes.tap;
  }

  /** The caller's voice as it comes, before leveller and fader, for the recorder: silent unless the caller is on the air. */
  get raw() {
    return this.#nodes.raw;
  }

  /** A copy of what the caller hears: the SDK stops what it is given. */
  stream() {
    return new MediaStream(this.send.stream.getAudioTracks().map((track) => track.clone()));
  }

  /** `stream` is what comes from the caller, or null. */
  hear(stream) {
    this.#incoming.hear(stream);
  }

  /** The caller on the line by CallSid, "" for nobody: what was set for one caller does not silence the next. */
  set caller(callSid) {
    if (callSid && callSid !== this.#caller) {
      this.#caller = callSid;
      this.isMuted = false;
      this.isCued = false;
      this.#levelDb = 0;
    }
  }

  /** Whether the leveller and the limiter work. */
  get isLevelling() {
    return this.#isLevelling;
  }

  set isLevelling(on) {
    if (on === this.#isLevelling) {
      return;
    }
    this.#isLevelling = on;
    this.#levelDb = 0;
    const { leveller, fader } = this.#nodes;
    fade(leveller, gainOf(0));
    this.#incoming.output.disconnect(on ? fader : leveller);
    this.#incoming.output.connect(on ? leveller : fader);
  }

  /** Applies fader, mute and cue; `isOthersCued` says that the DJ speaks off air with another line. */
  apply(isOthersCued) {
    fade(this.#nodes.fader, gainOf(this.isMuted ? SILENT_DB : this.faderDb));
    for (const toOthers of [this.#nodes.tap, this.#nodes.raw]) {
      fade(toOthers, gainOf(this.isOnAir && !this.isCued ? 0 : SILENT_DB));
    }
    fade(this.#nodes.microphone, gainOf(isOthersCued && !this.isCued ? SILENT_DB : 0));
  }

  /** Levels slowly. Call it some four times a second. */
  tick() {
    const db = this.#incoming.tick();
    if (this.#isLevelling && this.#incoming.isOn && db > SPEECH_DB) {
      const wanted = Math.max(-MOST_DB, Math.min(MOST_DB, LEVEL_DB - db));
      this.#levelDb += Math.max(-STEP_DB, Math.min(STEP_DB, wanted - this.#levelDb));
      fade(this.#nodes.leveller, gainOf(this.#levelDb));
    }
  }

  close() {
    this.#incoming.close();
    this.output.close();
    for (const node of Object.values(this.#nodes)) {
      node.disconnect();
    }
    this.send.stream.getTracks().forEach((track) => track.stop());
  }
}

function gainOf(db) {
  return db <= SILENT_DB ? 0 : 10 ** (db / 20);
}
