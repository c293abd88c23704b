/* One line of the air as a card: who is on it, what about, what is known of them, and for how long. Draws, and decides nothing. */

import { showBadges } from "../cards/about.js";
import { badgesOf, whoInWords } from "../cards/words.js";
import { clock } from "../shared/format.js";
import { setData, setHidden, setText } from "../shared/text.js";
import { callerLabel } from "../shared/words.js";
import { timingOf } from "./call-time.js";
import { TIMING_WORDS, qualityWords } from "./words.js";

const SHORT_TOPIC_LETTERS = 32;
const LONG_TOPIC_LETTERS = 90;

/** How large a topic can be: "short" ones are the largest. */
function sizeOf(topic) {
  if (topic.length <= SHORT_TOPIC_LETTERS) {
    return "short";
  }
  return topic.length <= LONG_TOPIC_LETTERS ? "medium" : "long";
}

export class LineCard {
  #limits;
  #parts = {};
  element;
  /** The call that is shown (a row of the status), or null. */
  call = null;

  /** `element` is a copy of desk/line_card.html; `limits` are {warning, limit} for the clock, in seconds, 0 for none. */
  constructor(element, limits) {
    this.element = element;
    this.#limits = limits;
    for (const part of element.querySelectorAll("[data-part-of-desk]")) {
      this.#parts[part.dataset.partOfDesk] = part;
    }
  }

  /** The button that opens the caller's card. */
  get edit() {
    return this.#parts["air-edit"];
  }

  /** `word` says how the line stands; `call` is who is on it, or null; `isMuted` whether they do not hear the DJ. */
  show({ word, call, isMuted }) {
    this.call = call;
    const { card, number = "" } = call ?? {};
    const topic = card?.topic ?? "";
    setText(this.#parts["air-word"], word);
    setText(this.#parts["air-who"], call ? whoInWords(call) : "");
    setText(this.#parts["air-number"], call ? callerLabel(number) : "");
    setText(this.#parts["air-topic"], topic);
    setData(this.element, "topic", sizeOf(topic));
    setText(this.#parts["air-note"], card?.note ?? "");
    setText(this.#parts["air-quality"], qualityWords(card?.quality));
    showBadges(this.#parts["air-badges"], call ? badgesOf(call) : []);
    setHidden(this.#parts["air-time"], !call);
    setHidden(this.#parts.muted, !isMuted);
    setHidden(this.edit, !call);
  }

  /** `seconds` is how long the caller has been on the air. */
  tick(seconds) {
    const timing = this.call ? timingOf(seconds, this.#limits) : "";
    setText(this.#parts["air-clock"], clock(seconds));
    setData(this.element, "timing", timing);
    setText(this.#parts.timing, TIMING_WORDS[timing]);
  }
}
