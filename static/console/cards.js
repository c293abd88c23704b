/* The cards of the lines: one for each other line that is in use, and a strip on each while several are on the air. */

import { LineCard } from "../desk/line-card.js";
import { onAirSince } from "../shared/since.js";
import { setData, setText } from "../shared/text.js";
import { FIRST } from "./mixing.js";
import { Strip } from "./strip.js";
import { LINE_WORDS, numberOf, whyOneLine } from "./words.js";

export class ConsoleCards {
  #root;
  #list;
  #whyOne;
  #clock;
  #limits;
  #first;
  #firstStrip;
  #makeStrip;
  #others = new Map();
  #calls = [];

  /** `first` is the LineCard of the first line; `act(name, what, value)` is called for each press on a strip. */
  constructor(root, first, clock, act) {
    this.#root = root;
    this.#list = root.querySelector("[data-lines]");
    this.#whyOne = root.querySelector("[data-one-line]");
    this.#clock = clock;
    this.#limits = { warning: Number(root.dataset.callWarningSeconds), limit: Number(root.dataset.callLimitSeconds) };
    this.#makeStrip = (element, name) => new Strip(element, numberOf(name), (what, value) => act(name, what, value));
    for (let number = 2; number <= Number(root.dataset.airLines); number += 1) {
      this.#add(first, `${FIRST}-${number}`);
    }
    first.element.querySelector('[data-strip-part="presses"]').remove(); // the first line has the large buttons
    this.#first = first.element;
    this.#firstStrip = this.#makeStrip(first.element, FIRST);
  }

  /** The LineCards of the other lines, in use or not. */
  get lineCards() {
    return [...this.#others.values()].map(({ card }) => card);
  }

  /** Where the level of a line's caller is drawn on its card. */
  meterOf(name) {
    return (name === FIRST ? this.#firstStrip : this.#others.get(name).strip).meter;
  }

  update(status) {
    this.#calls = status.calls;
  }

  /**
   * `isOff`: presses do nothing right now. `isLive`: the page sees who is on the air. `isMuted`: the callers do not
   * hear the DJ. `isByPhone`: a telephone is the desk. `thankedOn(name)` is the caller that Bring back means on that
   * line, or null.
   */
  show(lines, { isOff, isLive, isMuted, isByPhone, thankedOn }) {
    const { selected } = lines;
    let inUse = 1;
    for (const [name, { card, strip }] of this.#others) {
      const state = lines.stateOf(name);
      if (!state) {
        card.element.remove();
        continue;
      }
      inUse += 1;
      if (!card.element.isConnected) {
        this.#list.append(card.element);
      }
      const call = this.#calls.find((one) => one.call_sid === lines.callerOf(name)) ?? null;
      const seen = state === "on" && !isLive ? "unseen" : state;
      setData(card.element, "lineState", seen);
      card.show({ word: LINE_WORDS[seen], call, isMuted: isMuted && state === "on" });
      setData(card.element, "selected", name === selected ? "yes" : "no");
      strip.show(lines.channel(name), name === selected, isOff || (state !== "on" && state !== "cue"), thankedOn(name));
    }
    setData(this.#first, "selected", inUse > 1 && selected === FIRST ? "yes" : "no");
    this.#firstStrip.show(inUse > 1 ? lines.channel(FIRST) : null, selected === FIRST, isOff);
    setData(this.#root, "lines", String(inUse));
    setText(this.#whyOne, whyOneLine(this.#others.size + 1, isByPhone));
  }

  tick() {
    for (const { card } of this.#others.values()) {
      const isThere = card.call?.stage === "on_air";
      card.tick(isThere ? this.#clock.now() - onAirSince(card.call) : 0);
    }
  }

  #add(first, name) {
    const element = first.element.cloneNode(true);
    element.querySelector('[data-strip-part="drop-all"]').remove();
    element.dataset.line = name;
    const card = new LineCard(element, this.#limits);
    this.#others.set(name, { card, strip: this.#makeStrip(element, name) });
  }
}
