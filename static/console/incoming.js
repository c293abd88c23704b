/* A stream's sound as an AudioNode, which a stall of the browser does not make late for good. */

const SAMPLES = 8192; // 170 ms at 48 kHz
const LATEST = 2048; // of these, for how loud it is right now
const QUIET_DB = -45; // below this nobody speaks
const QUIET_LOOKS = 2; // one after the other, before the node is replaced
const RENEW_SECONDS = 5; // at least, between two nodes

export class Incoming {
  #context;
  #stream = null;
  #source = null;
  #madeAt = 0;
  #quietLooks = 0;
  #analyser;
  #samples = new Float32Array(SAMPLES);
  /** Where the sound comes out. */
  output;

  constructor(context) {
    this.#context = context;
    this.output = context.createGain();
    this.#analyser = new AnalyserNode(context, { fftSize: SAMPLES });
    this.output.connect(this.#analyser);
  }

  /** `stream` is what is heard from now on, or null. */
  hear(stream) {
    if (stream !== this.#stream) {
      this.#stream = stream;
      this.#renew();
    }
  }

  get isOn() {
    return this.#source !== null;
  }

  /**
   * Returns how loud it is, in dB below full scale. Call it some four times a second.
   *
   * For each source node the browser keeps a queue of what has come and was not yet taken, up to 100 ms. When the audio
   * thread stalls, the queue grows, and the sound stays that late. A new node begins with an empty queue, but skips what was in
   * the old one: so it is made while nobody speaks.
   */
  tick() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    this.#quietLooks = decibels(this.#samples) < QUIET_DB ? this.#quietLooks + 1 : 0;
    const age = this.#context.currentTime - this.#madeAt;
    if (this.#source && this.#quietLooks >= QUIET_LOOKS && age > RENEW_SECONDS) {
      this.#renew();
    }
    return decibels(this.#samples.subarray(-LATEST));
  }

  close() {
    this.hear(null);
    this.output.disconnect();
  }

  #renew() {
    this.#source?.disconnect();
    this.#source = this.#stream && this.#context.createMediaStreamSource(this.#stream);
    this.#source?.connect(this.output);
    this.#madeAt = this.#context.currentTime;
  }
}

function decibels(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(power + 1e-12);
}
