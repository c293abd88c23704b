/* Has Twilio's SDK send what a processor makes instead of the microphone. */

export class Processing {
  /** The processor that is wanted, or null for the microphone as it is. */
  processor = null;
  #applied = null;
  #callNow;

  /** `callNow()` returns the call that is up, or null. */
  constructor(callNow) {
    this.#callNow = callNow;
  }

  /** Gives the device the wanted processor. */
  async apply(device) {
    if (this.#applied?.device === device && this.#applied.processor !== this.processor) {
      await device.audio.removeProcessor(this.#applied.processor);
      this.#applied = null;
    }
    if (this.processor && this.#applied?.device !== device) {
      this.#applied = { device, processor: this.processor };
      await device.audio.addProcessor(this.processor);
      if (this.#callNow()?.isMuted()) {
        this.#callNow().mute(false); // it would mute all that the processor sends
      }
    }
  }
}
