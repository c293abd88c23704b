/* The scheduled show: which one is on, or comes next, and what was set by hand until it ends. Hidden without a schedule. */

import { send } from "../shared/send.js";
import { isOff, setData, setHidden, setOff, setText } from "../shared/text.js";
import { byHandWords, nextShowWords, SHOW_NOT_CHANGED, untilWords } from "./words.js";

export class Programme {
  #root;
  #zone;
  #mayRun;

  /** `say(sentence)` tells the DJ. */
  constructor(desk, say) {
    this.#root = desk.querySelector("[data-programme]");
    this.#zone = desk.dataset.timeZone;
    this.#mayRun = desk.dataset.mayRun === "yes";
    const button = this.#part("by-schedule");
    $(button).on("click", async () => {
      if (isOff(button)) {
        say(SHOW_NOT_CHANGED);
        return;
      }
      const answer = await send("/desk/settings", { by_schedule: true });
      say(answer.sentence || SHOW_NOT_CHANGED);
    });
  }

  update({ programme, now }) {
    setHidden(this.#root, !programme);
    if (!programme) {
      return;
    }
    const { on, next, pressed, until } = programme;
    setData(this.#root, "on", on ? "yes" : "no");
    setText(this.#part("title"), on?.title ?? "");
    setText(this.#part("topic"), on?.topic ?? "");
    setText(this.#part("times"), on ? untilWords(this.#time(on.ends_at, now)) : nextShowWords(next?.title, next && this.#time(next.starts_at, now)));
    setText(this.#part("by-hand"), pressed.length ? byHandWords(pressed, until && this.#time(until, now)) : "");
    setHidden(this.#part("by-schedule"), !pressed.length || !this.#mayRun);
  }

  setLive(isLive) {
    setOff(this.#part("by-schedule"), !isLive);
  }

  /** A moment on the clock of the station: the time of day, with the weekday unless it is today. */
  #time(at, now) {
    const zone = { timeZone: this.#zone };
    const [day, today] = [at, now].map((seconds) => new Date(seconds * 1000).toLocaleDateString("en-GB", zone));
    const weekday = day === today ? {} : { weekday: "long" };
    return new Date(at * 1000).toLocaleString("en-GB", { ...zone, ...weekday, hour: "2-digit", minute: "2-digit" });
  }

  #part(name) {
    return this.#root.querySelector(`[data-programme-part="${name}"]`);
  }
}
