/* The answer to a press, in sight for a few seconds. */

const HINT_MS = 5000;

export class Hint {
  /** The sentence; "" when there is nothing to say. */
  text = "";
  tone = "calm";
  #timer = 0;
  #changed;

  /** `changed()` is called whenever there is something else to show. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** For `milliseconds`, or a few seconds; `tone` is the status line's. */
  say(sentence, { milliseconds = HINT_MS, tone = "calm" } = {}) {
    clearTimeout(this.#timer);
    this.text = sentence;
    this.tone = tone;
    this.#timer = setTimeout(() => this.stop(), milliseconds);
    this.#changed();
  }

  stop() {
    clearTimeout(this.#timer);
    this.text = "";
    this.#changed();
  }
}
