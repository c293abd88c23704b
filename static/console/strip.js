/* The strip of one line: its caller's fader, and the presses that are for this line alone. */

import { setOff, setText } from "../shared/text.js";
import { SILENT_DB } from "./channel.js";
import { SELECT_WORDS, faderWords } from "./words.js";

const SWITCHES = ["select", "mute", "cue", "level"];

export class Strip {
  #root;
  #parts = {};

  /** `element` has a copy of desk/strip.html; `act(what, value)` is called for each press. */
  constructor(element, act) {
    this.#root = element.querySelector("[data-strip]");
    for (const part of this.#root.querySelectorAll("[data-strip-part]")) {
      this.#parts[part.dataset.stripPart] = part;
    }
    $(this.#root).on("click", "button", ({ currentTarget }) => act(currentTarget.dataset.stripPart));
    $(this.#parts.fader).on("input", () => act("fader", Number(this.#parts.fader.value)));
    $(this.#parts.fader).on("dblclick", () => act("fader", 0));
  }

  /** `channel` is the line's sound; `isSelected`: the large buttons are for it; `isOff`: its presses do nothing just now. */
  show(channel, isSelected, isOff) {
    this.#root.hidden = !channel;
    if (!channel) {
      return;
    }
    const { fader, db } = this.#parts;
    if (Number(fader.value) !== channel.faderDb) {
      fader.value = channel.faderDb;
    }
    const words = faderWords(channel.faderDb, SILENT_DB);
    setText(db, words);
    setText(this.#parts["select-word"], SELECT_WORDS[isSelected ? "yes" : "no"]);
    fader.setAttribute("aria-valuetext", words);
    const pressed = { select: isSelected, mute: channel.isMuted, cue: channel.isCued, level: channel.isLevelling };
    for (const what of SWITCHES) {
      this.#parts[what].setAttribute("aria-pressed", String(pressed[what]));
    }
    for (const what of ["hold", "drop", "drop-all"].filter((name) => this.#parts[name])) {
      setOff(this.#parts[what], isOff);
    }
  }
}
