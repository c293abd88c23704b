/* Lets a listener see, before the call, that their microphone hears them. Nothing is sent anywhere. */

const HEARD = 0.05;
const SAMPLES = 1024;
const GAIN = 4; // speech is a quarter of full scale at most

export class MicrophoneCheck {
  #meter;
  #changed;
  #stream = null;
  #context = null;

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
      this.#listen(stream);
      this.said = "listening";
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
    this.#context.close();
    [this.#stream, this.#context] = [null, null];
    this.#meter.value = 0;
    this.said = this.said === "works" ? "works" : "";
    this.#changed();
  }

  #listen(stream) {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = SAMPLES;
    context.createMediaStreamSource(stream).connect(analyser);
    [this.#stream, this.#context] = [stream, context];
    const samples = new Float32Array(SAMPLES);
    const look = () => {
      if (this.#stream !== stream) {
        return;
      }
      analyser.getFloatTimeDomainData(samples);
      const level = Math.min(1, GAIN * Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / SAMPLES));
      this.#meter.value = level;
      if (level > HEARD && this.said !== "works") {
        this.said = "works";
        this.#changed();
      }
      requestAnimationFrame(look);
    };
    look();
  }
}
