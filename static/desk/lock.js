/* The lock against a slip of the hand: while somebody is on the air, what would end that call is asked for twice. */

import { recall, remember } from "../shared/storage.js";
import { LOCK_QUESTIONS } from "./words.js";

const SETTING = "callin.desk.lock";
const SAME_PRESS_MS = 300; // a key or a mouse that bounces has not been pressed twice
export const SURE_MS = 3000;

export class Lock {
  isOn = recall(SETTING) === "on"; // through a reload, for this page alone
  #asked = { about: "", at: 0 };

  toggle() {
    this.isOn = !this.isOn;
    this.#asked = { about: "", at: 0 };
    remember(SETTING, this.isOn ? "on" : "off");
  }

  /**
   * The question that a press gets before it counts; "" when it counts. `what` is a button, `air` who is on the air,
   * `chosen` the caller that is taken, by CallSid: the button of another caller is another press.
   */
  question(what, air, chosen) {
    const endsNobody = !air.call || (what === "hangUp" && air.whose !== "mine");
    if (!this.isOn || !LOCK_QUESTIONS[what] || endsNobody) {
      return "";
    }
    const about = [what, air.call.call_sid, chosen].join();
    const age = about === this.#asked.about ? Date.now() - this.#asked.at : Infinity;
    if (age >= SAME_PRESS_MS && age < SURE_MS) {
      this.#asked = { about: "", at: 0 };
      return "";
    }
    if (age >= SURE_MS) {
      this.#asked = { about, at: Date.now() };
    }
    return LOCK_QUESTIONS[what];
  }
}
