/* The lock against a slip of the hand: while somebody is on the air, what would end that call is asked for twice. */

import { LOCK_QUESTIONS } from "./words.js";

const SETTING = "callin.desk.lock";
const SAME_PRESS_MS = 300; // a key or a mouse that bounces has not been pressed twice
export const SURE_MS = 3000;

export class Lock {
  isOn = read() === "on"; // through a reload, for this page alone
  #asked = { about: "", at: 0 };

  toggle() {
    this.isOn = !this.isOn;
    this.#asked = { about: "", at: 0 };
    write(this.isOn ? "on" : "off");
  }

  /**
   * The question that a press gets before it counts; "" when it counts. `what` is a button, `air` who is on the air, `chosen` the
   * CallSid of a caller that is taken: another one's button is another press.
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

function read() {
  try {
    return sessionStorage.getItem(SETTING);
  } catch {
    return null;
  }
}

function write(value) {
  try {
    sessionStorage.setItem(SETTING, value);
  } catch {
    // Storage may be switched off: the choice then lasts until the page is left.
  }
}
