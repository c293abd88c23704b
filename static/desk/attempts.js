/* Whether a press of a button counts: it acts, unless there is a reason not to, or the lock asks first; the page then says so. */

import { FIRST } from "../console/mixing.js";
import { SURE_MS } from "./lock.js";
import { whyNot } from "./why-not.js";
import { WHY_NOT } from "./words.js";

export class Attempts {
  /** `facts()` are those that decide whether a press counts. `show()` shows what an act has changed. */
  constructor({ facts, show, hint, lock, air, press, requests, lines }) {
    Object.assign(this, { facts, show, hint, lock, air, press, requests, lines });
  }

  attempt(what, act, chosen = "") {
    const reason = whyNot(what, this.facts());
    const air = what === "hangUp" ? this.#anyAir() : this.#selectedAir();
    if (this.isAllowed(reason, reason ? "" : this.lock.question(what, air, chosen))) {
      act();
      this.show();
    }
  }

  /** Whether a press counts: there is neither a reason not to, nor a question of the lock, which are said instead. */
  isAllowed(reason, question = "") {
    if (reason || question) {
      this.hint.say(reason || question, reason ? {} : { milliseconds: SURE_MS, tone: "wait" });
      return false;
    }
    this.hint.stop();
    return true;
  }

  /** The same as `attempt` for a press that must not be doubled: the second one is passed over in silence. */
  #attemptOnce(what, act, chosen) {
    if (!this.press.isDoubled(what)) {
      const actAndShow = async () => {
        await act();
        this.show();
      };
      this.attempt(what, actAndShow, chosen);
    }
  }

  /** Who is on the line that the large buttons are for. */
  #selectedAir() {
    const name = this.lines.selected;
    return name === FIRST ? this.air : this.#airOf(name);
  }

  /** The same for all lines: what ends every call ends the caller of any line. */
  #anyAir() {
    return this.lines.onAir() ? this.#airOf() : this.air;
  }

  #airOf(name) {
    const callSid = this.lines.onAir(name);
    return { call: callSid ? { call_sid: callSid } : null, whose: this.lines.isInUse ? "mine" : this.air.whose };
  }

  /** A press of a large button, for the line that is selected: `act` is for the first line. */
  onLine(what, act, { chosen = "", more = {} } = {}) {
    const name = this.lines.selected;
    if (name === FIRST) {
      this.#attemptOnce(what, act, chosen);
    } else if (!this.lines.isResting(name)) {
      this.attempt(what, () => this.lines.press(name, what, more), chosen);
    }
  }

  take(callSid, row) {
    this.onLine("take", () => this.requests.take(callSid, row), { chosen: callSid, more: { call_sid: callSid } });
  }

  add(call) {
    if (this.lines.isAdding(call.call_sid)) {
      return; // the second half of a doubled press
    }
    if (this.isAllowed(whyNot("take", this.facts()))) {
      this.lines.add(call);
      this.show();
    }
  }

  /** Undoes Drop or Next: `thanked` is the row of the caller, or null. */
  bringBack(thanked) {
    const act = () => (thanked ? this.requests.bringBack(thanked.call_sid) : this.hint.say(WHY_NOT.nobodyToBringBack));
    this.attempt("bringBack", act);
  }

  /** A press on the strip of a line: its sound, or a press for this line alone. */
  strip(name, what, value) {
    const channel = this.lines.channel(name);
    if (what === "drop-all") {
      this.#dropAll();
      return;
    }
    if (what === "select") {
      this.lines.select(name);
      return;
    }
    if (what === "bring-back") {
      this.bringBack(this.air.thankedOn(name));
      return;
    }
    if (what === "fader") {
      channel.faderDb = value;
    } else if (what === "mute") {
      channel.isMuted = !channel.isMuted;
    } else if (what === "cue") {
      channel.isCued = !channel.isCued;
    } else if (what === "level") {
      channel.isLevelling = !channel.isLevelling;
    } else {
      this.#pressLine(name, what);
      return;
    }
    this.lines.apply();
  }

  #dropAll() {
    if (this.press.isResting) {
      return;
    }
    if (this.isAllowed(whyNot("automatic", this.facts()), this.lock.question("drop", this.#anyAir(), "all"))) {
      this.lines.dropAll();
      if (this.air.call) {
        this.requests.drop();
      }
    }
  }

  /** Hold or Drop on the strip of another line than the first. */
  #pressLine(name, what) {
    if (this.lines.isResting(name)) {
      return;
    }
    if (this.isAllowed(whyNot("automatic", this.facts()), this.lock.question(what, this.#airOf(name), name))) {
      this.lines.press(name, what);
    }
  }
}
