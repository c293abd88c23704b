/* The page as a mixing desk: each caller hears the DJ and the other callers, and never themself. */

import { Channel } from "./channel.js";
import { fade } from "./fade.js";
import { Incoming } from "./incoming.js";

const BEEP_GAIN = 0.1;

export class Mixer {
  #context;
  #askForMicrophone;
  #microphone = null;
  #input;
  #bus;
  #onAir;
  #mix;
  #channels = new Map();

  /** `context` is the SDK's own AudioContext; `askForMicrophone()` resolves to a stream. */
  constructor(context, askForMicrophone) {
    this.#context = context;
    this.#askForMicrophone = askForMicrophone;
    this.#input = new Incoming(context);
    this.#bus = context.createGain();
    this.#onAir = context.createGain();
    this.#mix = context.createGain();
    this.#input.output.connect(this.#bus);
    this.#bus.connect(this.#onAir).connect(this.#mix);
  }

  /** Opens the microphone, once for all lines, or `again`; rejects when there is none. */
  async open({ again = false } = {}) {
    this.#context.resume(); // a sleeping context would silence every line
    if (!again && this.#microphone?.getAudioTracks()[0].readyState === "live") {
      return;
    }
    const microphone = await this.#askForMicrophone();
    this.#microphone?.getTracks().forEach((track) => track.stop());
    this.#microphone = microphone;
    this.#input.hear(microphone);
  }

  get context() {
    return this.#context;
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
    fade(this.#bus, on ? 0 : 1);
  }

  /**
   * Connects what goes on the air to the inputs of an AudioNode, by their names in `inputs`: "dj"; each line, before its
   * leveller and fader; and "mix", all of them after that. Nothing that is said off the air is in them. Returns a function
   * that disconnects them.
   */
  tap(node, inputs) {
    this.#onAir.connect(node, 0, inputs.indexOf("dj"));
    this.#mix.connect(node, 0, inputs.indexOf("mix"));
    for (const [name, channel] of this.#channels) {
      channel.raw.connect(node, 0, inputs.indexOf(name));
    }
    const sources = [this.#onAir, this.#mix, ...[...this.#channels.values()].map(({ raw }) => raw)];
    return () => sources.forEach((source) => source.disconnect(node));
  }

  /** Plays a short tone, after `after` seconds, to the callers on the air, the DJ and the mix. */
  beep(hz, seconds, after) {
    const from = this.#context.currentTime + after;
    const tone = new OscillatorNode(this.#context, { frequency: hz });
    const gain = new GainNode(this.#context, { gain: BEEP_GAIN });
    tone.connect(gain).connect(this.#context.destination);
    gain.connect(this.#mix);
    for (const channel of this.#channels.values()) {
      if (channel.isOnAir) {
        gain.connect(channel.send);
      }
    }
    tone.start(from);
    tone.stop(from + seconds);
  }

  /** Applies what the channels are set to. */
  apply() {
    const isCued = [...this.#channels.values()].some((channel) => channel.isCued);
    fade(this.#onAir, isCued ? 0 : 1);
    for (const channel of this.#channels.values()) {
      channel.apply(isCued);
    }
  }

  /** Call it some four times a second. */
  tick() {
    if (this.#context.state === "suspended") {
      this.#context.resume();
    }
    this.#input.tick();
    for (const channel of this.#channels.values()) {
      channel.tick();
    }
  }

  close() {
    this.#microphone?.getTracks().forEach((track) => track.stop());
    this.#input.close();
    this.#bus.disconnect();
    this.#onAir.disconnect();
    this.#mix.disconnect();
    for (const channel of this.#channels.values()) {
      channel.close();
    }
    this.#channels.clear();
  }

  #make(name) {
    const channel = new Channel(this.#context);
    this.#bus.connect(channel.microphone);
    channel.tap.connect(this.#mix);
    for (const other of this.#channels.values()) {
      channel.tap.connect(other.send);
      other.tap.connect(channel.send);
    }
    this.#channels.set(name, channel);
    return channel;
  }
}
