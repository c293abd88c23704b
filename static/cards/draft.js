/* One field of a card while it is typed: it is saved meanwhile, and nothing is lost if another desk writes there too. */

import { NO_ANSWER_AT_ALL } from "../shared/words.js";

const SAVE_AFTER_MS = 300;
const AGAIN_MS = [1000, 2000, 4000, 8000];

export class Draft {
  /** What the field says on this page. */
  text = "";
  /**
   * Somebody else's words, {value, by, isGone}, or null: they are saved and not seen here, or ours were saved over them
   * (`isGone`).
   */
  theirs = null;
  /** Why the last words are not saved yet, in a sentence; "" when they are, or are about to be. */
  problem = "";
  /** Whether the app has refused these words: the page does not send them again by itself. */
  isRefused = false;
  #hooks;
  #saved = "";
  #base = 0; // the revision that the text here is based on
  #known = 0; // the newest revision that this page has heard of
  #newest = ""; // and what it said
  #sending = null;
  #failures = 0;
  #timer = 0;

  /**
   * hooks: send(value, base), resolves to what send.js answers; changed(), after every change but one that was typed.
   */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  /** Whether there are words here that the app does not have. */
  get isUnsaved() {
    return this.text !== this.#saved;
  }

  get unsent() {
    return this.isUnsaved ? { value: this.text, base: this.#base } : null;
  }

  /** What the field says in the app, as the app has just told this page. */
  update(value, revision, by) {
    if (revision <= this.#known) {
      return;
    }
    this.#known = revision;
    this.#newest = value;
    if (value === this.#sending || value === this.text || !this.isUnsaved) {
      this.#take(value, revision);
    } else {
      this.theirs = { value, by, revision, isGone: false };
    }
    this.#hooks.changed();
  }

  /** Somebody types here. */
  type(text) {
    this.text = text;
    this.#saveIn(SAVE_AFTER_MS);
  }

  /** Takes their words instead of one's own: those that are saved, or again those that were saved over. */
  useTheirs() {
    const { value, revision, isGone } = this.theirs;
    this.text = value;
    if (isGone || this.#sending !== null) {
      this.save();
    } else {
      this.#take(value, revision);
      clearTimeout(this.#timer);
    }
    this.theirs = null;
    this.#hooks.changed();
  }

  /** Saves what is not saved, now. */
  async save() {
    clearTimeout(this.#timer);
    if (this.#sending !== null || !this.isUnsaved) {
      return; // what is typed meanwhile is saved when the answer has come
    }
    this.#sending = this.text;
    this.#settle(this.#sending, await this.#hooks.send(this.text, this.#base));
  }

  #settle(sent, { result, sentence, answer }) {
    this.#sending = null;
    this.isRefused = result === "refused" && this.text === sent; // what was typed meanwhile is sent
    if (result !== "done") {
      this.#failed(result, sentence);
      return;
    }
    this.problem = "";
    this.#failures = 0;
    if (answer.revision > this.#known) {
      this.#known = answer.revision;
      this.#newest = sent;
    }
    this.#saved = sent;
    this.#base = answer.revision;
    if (answer.replaced) {
      this.theirs = { ...answer.replaced, isGone: true };
    } else if (this.theirs && !this.theirs.isGone) {
      this.#lookAgainAtTheirs();
    }
    if (this.isUnsaved) {
      this.#saveIn(SAVE_AFTER_MS);
    }
    this.#hooks.changed();
  }

  #failed(result, sentence) {
    if (result !== "silent" && this.text === this.#newest) {
      this.problem = "";
      this.#take(this.#newest, this.#known); // theirs were chosen meanwhile, and ours did not get there
    } else {
      this.problem = sentence || NO_ANSWER_AT_ALL;
      this.#failures += 1;
      if (!this.isRefused) {
        this.#saveIn(AGAIN_MS[Math.min(this.#failures, AGAIN_MS.length) - 1]);
      }
    }
    this.#hooks.changed();
  }

  /** Words of somebody else that came while ours were on their way: older than ours now, or the newest there are. */
  #lookAgainAtTheirs() {
    const { value, revision } = this.theirs;
    if (revision < this.#base) {
      this.theirs.isGone = true;
    } else if (!this.isUnsaved) {
      this.#take(value, revision);
    }
  }

  /** These words are saved, and this page has seen them; what was typed since stays. */
  #take(value, revision) {
    this.text = this.isUnsaved && this.text !== value ? this.text : value;
    this.#saved = value;
    this.#base = revision;
    this.theirs = this.theirs?.isGone ? this.theirs : null;
  }

  #saveIn(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), milliseconds);
  }
}
