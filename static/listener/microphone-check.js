/* Lets a listener see, before the call, that their microphone hears them. Nothing is sent anywhere. */

import { listenTo } from "./level.js";

const HEARD = 0.05;

export class MicrophoneCheck {
  #meter;
  #changed;
  #stream = null;
  #endListening = null;

  /** The result, a key of WORDS.check: "" before, `listening`, `works`, or why it failed. */
  said = "";

  constructor(meter, changed) {
    this.#meter = meter;
    this.#changed = changed;
  }

  get isOn() {
    return this.#stream !== null;
  }

  async start() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      this.stop();
      this.said = "listening";
      this.#endListening = listenTo(stream, (level) => this.#heard(level));
      this.#stream = stream;
    } catch (error) {
      this.said = error.name === "NotAllowedError" ? "refused" : "failed";
    }
    this.#changed();
  }

  stop() {
    if (!this.isOn) {
      return;
    }
    for (const track of this.#stream.getTracks()) {
      track.stop();
    }
    this.#endListening();
    this.#stream = null;
    this.#meter.value = 0;
    this.said = this.said === "works" ? "works" : "";
    this.#changed();
  }

  #heard(level) {
    this.#meter.value = level;
    if (level > HEARD && this.said !== "works") {
      this.said = "works";
      this.#changed();
    }
  }
}
