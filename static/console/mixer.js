/* The page as a mixing desk: each caller hears the DJ and the other callers, and never themself. */

import { Channel } from "./channel.js";

export class Mixer {
  #context;
  #askForMicrophone;
  #microphone = null;
  #input = null;
  #bus;
  #channels = new Map();

  /** `context` is the SDK's own AudioContext; `askForMicrophone()` resolves to a stream. */
  constructor(context, askForMicrophone) {
    this.#context = context;
    this.#askForMicrophone = askForMicrophone;
    this.#bus = context.createGain();
  }

  /** Opens the microphone, once for all lines, or `anew`; rejects when it is not to be had. */
  async open({ anew = false } = {}) {
    this.#context.resume(); // a sleeping context would silence every line
    if (!anew && this.#microphone?.getAudioTracks()[0].readyState === "live") {
      return;
    }
    const microphone = await this.#askForMicrophone();
    this.#microphone?.getTracks().forEach((track) => track.stop());
    this.#input?.disconnect();
    this.#microphone = microphone;
    this.#input = this.#context.createMediaStreamSource(microphone);
    this.#input.connect(this.#bus);
  }

  get microphone() {
    return this.#microphone;
  }

  /** The line's channel, which is made with its first use. */
  channel(name) {
    return this.#channels.get(name) ?? this.#make(name);
  }

  /** Whether the callers do not hear the DJ. */
  muteMicrophone(on) {
    this.#bus.gain.setTargetAtTime(on ? 0 : 1, this.#context.currentTime, 0.015);
  }

  /** Applies what the channels are set to. */
  apply() {
    const isCued = [...this.#channels.values()].some((channel) => channel.isCued);
    for (const channel of this.#channels.values()) {
      channel.apply(isCued);
    }
  }

  /** Call it some four times a second. */
  tick() {
    if (this.#context.state === "suspended") {
      this.#context.resume();
    }
    for (const channel of this.#channels.values()) {
      channel.tick();
    }
  }

  close() {
    this.#microphone?.getTracks().forEach((track) => track.stop());
    this.#input?.disconnect();
    this.#bus.disconnect();
    for (const channel of this.#channels.values()) {
      channel.close();
    }
    this.#channels.clear();
  }

  #make(name) {
    const channel = new Channel(this.#context);
    this.#bus.connect(channel.microphone);
    for (const other of this.#channels.values()) {
      channel.tap.connect(other.send);
      other.tap.connect(channel.send);
    }
    this.#channels.set(name, channel);
    return channel;
  }
}
