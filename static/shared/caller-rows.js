/* The rows of callers: one per call, kept by its CallSid, with what the lists of all desks show of a call. */

import { aboutParts, showAbout } from "../cards/about.js";
import { clock } from "./format.js";
import { countOf } from "./since.js";
import { setData, setOff, setText } from "./text.js";
import { callerInWords, callerLabel } from "./words.js";

const PARTS = ["position", "number", "in-words", "stage", "time", "time-label", "take"];

export class CallerRows {
  #template;
  #parts;
  #rows = new Map();
  #isOff = true;

  /** `root` has the template of a row; `parts` are the parts there that only this list has: "take-who" is `row.takeWho`. */
  constructor(root, parts) {
    this.#template = root.querySelector("[data-caller-template]");
    this.#parts = [...PARTS, ...parts];
  }

  get all() {
    return [...this.#rows.values()];
  }

  /** The row of a call that is shown, or undefined. */
  get(callSid) {
    return this.#rows.get(callSid);
  }

  /**
   * The row of `call` (made if it has none), showing it: `look` is how it looks, `stage` the word for that; `mine` is one's
   * own desk, as rows name it.
   */
  show(call, { look, stage, isOnAir, mine }) {
    const row = this.#rows.get(call.call_sid) ?? this.#make(call.call_sid);
    const isDrawn = row.call === call && row.element.dataset.look === look && row.mine === mine;
    if (isDrawn) {
      return row; // the live line keeps the objects of rows that did not change
    }
    row.call = call;
    row.mine = mine;
    const { label, since } = countOf(call, isOnAir);
    row.startedAt = since;
    setData(row.element, "look", look);
    setText(row.position, call.position === null ? "" : String(call.position));
    setText(row.number, callerLabel(call.number));
    setText(row.inWords, callerInWords(call.number));
    setText(row.stage, stage);
    setText(row.timeLabel, label);
    showAbout(row.about, call, mine);
    return row;
  }

  /** Takes out the rows of all other calls; `leaving(row)` is called before each. */
  removeAllBut(calls, leaving = () => {}) {
    const callSids = new Set(calls.map((call) => call.call_sid));
    for (const [callSid, row] of this.#rows) {
      if (!callSids.has(callSid)) {
        leaving(row);
        row.element.remove();
        this.#rows.delete(callSid);
      }
    }
  }

  /** Whether the rows' buttons do nothing right now. */
  setOff(off) {
    if (off !== this.#isOff) {
      this.#isOff = off;
      for (const row of this.#rows.values()) {
        setOff(row.take, off);
      }
    }
  }

  /** Shows the times as they are at `now`, in seconds. */
  tick(now) {
    for (const row of this.#rows.values()) {
      const seconds = Math.floor(now - row.startedAt);
      if (seconds !== row.seconds) {
        row.seconds = seconds;
        setText(row.time, clock(seconds));
      }
    }
  }

  #make(callSid) {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    element.dataset.callSid = callSid;
    const row = { element, about: aboutParts(element), call: null, mine: undefined, startedAt: 0, seconds: null };
    for (const name of this.#parts) {
      row[name.replace(/-./g, ([, letter]) => letter.toUpperCase())] = element.querySelector(`[data-part="${name}"]`);
    }
    setOff(row.take, this.#isOff);
    this.#rows.set(callSid, row);
    return row;
  }
}
