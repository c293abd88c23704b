/* The strip of one line: its caller's fader, and the presses that are for this line alone. */

import { callerInSentence } from "../cards/words.js";
import { setAria, setHidden, setOff, setText } from "../shared/text.js";
import { SILENT_DB } from "./channel.js";
import { faderWords, lineName } from "./words.js";

const SWITCHES = ["select", "mute", "cue", "level"];

export class Strip {
  #root;
  #parts = {};

  /** `element` is a copy of desk/line_card.html, `number` the line's; `act(what, value)` is called for each press. */
  constructor(element, number, act) {
    this.#root = element.querySelector("[data-strip]");
    for (const part of element.querySelectorAll("[data-strip-part]")) {
      this.#parts[part.dataset.stripPart] = part;
    }
    setText(this.#parts.number, lineName(number));
    $(element).on("click", "button[data-strip-part]", ({ currentTarget }) => act(currentTarget.dataset.stripPart));
    $(this.#parts.fader).on("input", () => act("fader", Number(this.#parts.fader.value)));
    $(this.#parts.fader).on("dblclick", () => act("fader", 0));
  }

  /** Where the caller's level is drawn. */
  get meter() {
    return this.#parts.meter;
  }

  /**
   * `channel` is the line's sound; `isSelected`: the large buttons are for it; `isOff`: its presses do nothing right
   * now; `thanked`: the caller that Bring back means, or null.
   */
  show(channel, isSelected, isOff, thanked = null) {
    setHidden(this.#root, !channel);
    setHidden(this.#parts.select, !channel);
    if (!channel) {
      return;
    }
    const { fader, db } = this.#parts;
    if (Number(fader.value) !== channel.faderDb) {
      fader.value = channel.faderDb;
    }
    const words = faderWords(channel.faderDb, SILENT_DB);
    setText(db, words);
    setAria(fader, "valuetext", words);
    const pressed = { select: isSelected, mute: channel.isMuted, cue: channel.isCued, level: channel.isLevelling };
    for (const what of SWITCHES) {
      setAria(this.#parts[what], "pressed", pressed[what]);
    }
    for (const what of ["hold", "drop", "drop-all"].filter((name) => this.#parts[name])) {
      setOff(this.#parts[what], isOff);
    }
    if (this.#parts["bring-back"]) {
      setOff(this.#parts["bring-back"], !thanked);
      setText(this.#parts["bring-back-who"], thanked ? ` ${callerInSentence(thanked)}` : "");
    }
  }
}
