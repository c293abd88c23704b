/* The recorder's two threads. They are loaded as the page opens, because a new version of the app takes their files away. */

import { whatIsLacking } from "./browser.js";

const WORKLET = "recorder-worklet";

export class Threads {
  #files;
  #isLoaded = false;
  #failures = 0;
  #worker = null;

  /** `files` are the addresses of {worklet, worker}. */
  constructor(files) {
    this.#files = files;
  }

  /** Loads both, once there is the AudioContext in which the page will record. Call it until there is one, or always. */
  load(context) {
    if (!this.#isLoaded && context && !whatIsLacking()) {
      this.#isLoaded = true;
      this.#addWorklet(context).catch(() => {}); // Record tries again
      this.#worker = this.#newWorker();
    }
  }

  /** Resolves to the audio processor for so many tracks. Rejects if it cannot be loaded. */
  async node(context, tracks) {
    await this.#addWorklet(context);
    return new AudioWorkletNode(context, WORKLET, {
      numberOfInputs: tracks,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
      processorOptions: { tracks },
    });
  }

  /** The worker, for one recording. */
  takeWorker() {
    const worker = this.#worker ?? this.#newWorker();
    this.#worker = null;
    return worker;
  }

  /** Takes the worker back: for the next recording if it has closed its files, or else another one is started. */
  giveBack(worker, { hasClosed }) {
    if (!hasClosed) {
      worker.terminate();
    }
    this.#worker = hasClosed ? worker : this.#newWorker();
  }

  /** What the context has already is not fetched again. */
  async #addWorklet(context) {
    const again = this.#failures ? `?again=${this.#failures}` : ""; // Chromium never fetches an address again that failed once
    try {
      await context.audioWorklet.addModule(this.#files.worklet + again);
    } catch (error) {
      this.#failures += 1;
      throw error;
    }
  }

  #newWorker() {
    const worker = new Worker(this.#files.worker, { type: "module" });
    worker.onerror = () => {
      this.#worker = this.#worker === worker ? null : this.#worker; // it could not be loaded: Record tries again
    };
    return worker;
  }
}
