/* The clocks in the page's head: the time of day, and for how long the show has been on. */

import { clock, timeOfDay } from "./format.js";
import { setText } from "./text.js";
import { SHOW_CLOCK_WORDS } from "./words.js";

export class Clocks {
  #root = document.querySelector("[data-clocks]");
  #clock;
  #show = {};

  /** `serverClock` is the server's clock. */
  constructor(serverClock) {
    this.#clock = serverClock;
  }

  update({ show }) {
    this.#show = show ?? {};
  }

  tick() {
    const now = this.#clock.now();
    const { opening = "open", opening_since: changedAt, open_since: openedAt } = this.#show;
    const since = openedAt || changedAt;
    setText(this.#part("day"), timeOfDay(new Date(now * 1000)));
    setText(this.#part("show-word"), since ? SHOW_CLOCK_WORDS[opening] : "");
    setText(this.#part("show"), since ? clock(now - since) : "");
  }

  #part(name) {
    return this.#root.querySelector(`[data-clock="${name}"]`);
  }
}
