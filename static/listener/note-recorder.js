/* Records a voice note with the browser's own recorder, and shows that it hears something. Nothing is sent from here. */

import { decode, RATE, wavOf } from "../sounds/telephone.js";
import { listenTo } from "./level.js";

const HEARD = 0.01; // of full scale: below it there was no voice

export class NoteRecorder {
  #stream = null;
  #endListening = null;
  #recorder = null;
  #stopped = null; // resolves once all parts are there
  #parts = [];
  #timer = 0;

  /** When the recording began, in ms; 0 while none runs. */
  beganAt = 0;

  get isOn() {
    return this.beganAt > 0;
  }

  /**
   * Rejects with `refused`, `failed` or `unsupported` as the error's name. `heard(level)` is called with 0 to 1, and `ended()`
   * when the time is up or the microphone is gone.
   */
  async start(seconds, heard, ended) {
    if (!globalThis.MediaRecorder) {
      throw named("unsupported");
    }
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      this.#recorder = new MediaRecorder(this.#stream);
      this.#recorder.start();
    } catch (error) {
      this.#closeMicrophone();
      throw named(error.name === "NotAllowedError" ? "refused" : "failed");
    }
    this.#parts = [];
    this.#recorder.addEventListener("dataavailable", ({ data }) => this.#parts.push(data));
    this.#stopped = new Promise((resolve) => {
      this.#recorder.addEventListener("stop", resolve, { once: true });
    });
    this.#stopped.then(ended);
    this.beganAt = Date.now();
    this.#timer = setTimeout(ended, seconds * 1000);
    this.#endListening = listenTo(this.#stream, heard);
  }

  /** Ends the recording. Resolves to {wav, seconds}: a WAV file as telephones play it; rejects with `silent`. */
  async stop() {
    clearTimeout(this.#timer);
    this.#endListening();
    const recorder = this.#recorder;
    if (recorder.state !== "inactive") {
      recorder.stop();
    }
    this.beganAt = 0;
    await this.#stopped;
    this.#closeMicrophone();
    const samples = await decode(await new Blob(this.#parts, { type: recorder.mimeType }).arrayBuffer());
    if (!samples.some((sample) => Math.abs(sample) > HEARD)) {
      throw named("silent");
    }
    return { wav: wavOf(samples), seconds: samples.length / RATE };
  }

  #closeMicrophone() {
    this.#stream?.getTracks().forEach((track) => track.stop());
  }
}

function named(name) {
  return Object.assign(new Error(name), { name });
}
