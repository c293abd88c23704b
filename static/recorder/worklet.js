/* The recorder's audio processor: takes all tracks at the same moment of one clock, the audio thread's, and hands them to the worker. */

import { BLOCK_FRAMES } from "./shape.js";

const FULL_SCALE = 32767;

/** Has an input for each track. From the message {port} on it sends {samples, frames} there, track after track; "stop" ends it. */
class RecorderProcessor extends AudioWorkletProcessor {
  #port = null;
  #tracks;
  #samples;
  #filled = 0;
  #isOver = false;

  constructor({ processorOptions: { tracks } }) {
    super();
    this.#tracks = tracks;
    this.#samples = new Int16Array(tracks * BLOCK_FRAMES);
    this.port.onmessage = ({ data }) => (data === "stop" ? this.#stop() : this.#start(data.port));
  }

  process(inputs) {
    if (this.#port) {
      const quantum = inputs.find((input) => input.length)?.[0].length ?? 128;
      inputs.forEach(([input], track) => input && this.#take(input, track * BLOCK_FRAMES + this.#filled));
      this.#filled += quantum;
      if (this.#filled === BLOCK_FRAMES) {
        this.#send();
      }
    }
    return !this.#isOver;
  }

  #start(port) {
    this.#port = port;
    this.port.postMessage({ firstFrame: currentFrame });
  }

  #take(input, at) {
    for (let frame = 0; frame < input.length; frame += 1) {
      this.#samples[at + frame] = Math.max(-1, Math.min(1, input[frame])) * FULL_SCALE;
    }
  }

  #send() {
    const { buffer } = this.#samples;
    this.#port.postMessage({ samples: this.#samples, frames: this.#filled }, [buffer]);
    this.#samples = new Int16Array(this.#tracks * BLOCK_FRAMES);
    this.#filled = 0;
  }

  #stop() {
    this.#isOver = true;
    if (this.#port) {
      this.#send();
      this.#port.postMessage("end");
      this.#port = null;
    }
  }
}

registerProcessor("recorder-worklet", RecorderProcessor);
