/* The list of callers: one row per call, kept in place by CallSid, with waits that tick in the page. */

import { callerInWords, callerLabel, clock } from "../shared/format.js";
import { setData, setHidden, setText } from "../shared/text.js";

export const STAGE_WORDS = Object.freeze({
  arriving: "Arriving",
  waiting: "Waiting",
  screening: "Screening",
  ready: "Ready",
  held: "On hold",
  on_air: "On air",
  message: "Message",
  done: "Done",
});

/* The server counts whole seconds: a smaller difference than this is rounding, and would make the clocks stutter. */
const SAME_CLOCK_SECONDS = 1.5;

export class CallList {
  #list;
  #template;
  #more;
  #empty;
  #rows = new Map();

  constructor(root) {
    this.#list = root.querySelector("[data-callers]");
    this.#template = root.querySelector("[data-caller-template]");
    this.#more = root.querySelector("[data-more]");
    this.#empty = root.querySelector("[data-empty]");
  }

  /** Shows `status.calls` in their order. Rows that stay are kept, so that a reader's place and the focus stay too. */
  show(status) {
    const seen = new Set();
    let before = null;
    for (const call of status.calls) {
      const row = this.#rowOf(call);
      seen.add(call.call_sid);
      const expected = before ? before.nextElementSibling : this.#list.firstElementChild;
      if (row.element !== expected) {
        this.#list.insertBefore(row.element, expected);
      }
      before = row.element;
    }
    for (const [callSid, row] of this.#rows) {
      if (!seen.has(callSid)) {
        row.element.remove();
        this.#rows.delete(callSid);
      }
    }
    setHidden(this.#empty, status.calls.length > 0);
    setHidden(this.#list, status.calls.length === 0);
    setHidden(this.#more, !status.more);
    setText(this.#more, status.more ? `and ${status.more} more behind them` : "");
  }

  /** How long the longest of those not on the air has waited, in seconds; null when there is none. */
  longestSeconds() {
    const starts = [...this.#rows.values()].filter((row) => !row.isOnAir).map((row) => row.startedAt);
    return starts.length ? Date.now() / 1000 - Math.min(...starts) : null;
  }

  tick() {
    for (const row of this.#rows.values()) {
      setText(row.time, clock(Date.now() / 1000 - row.startedAt));
    }
  }

  #rowOf(call) {
    const row = this.#rows.get(call.call_sid) ?? this.#makeRow(call.call_sid);
    const isOnAir = call.stage === "on_air";
    setData(row.element, "stage", call.stage);
    setText(row.position, call.position === null ? "" : String(call.position));
    setText(row.number, callerLabel(call.number));
    setText(row.inWords, callerInWords(call.number));
    setText(row.stage, STAGE_WORDS[call.stage] ?? call.stage);
    setText(row.timeLabel, isOnAir ? "on air for" : "waiting for");
    const seconds = isOnAir ? (call.on_air_seconds ?? 0) : call.wait_seconds;
    const startedAt = Date.now() / 1000 - seconds;
    if (row.isOnAir !== isOnAir || Math.abs(startedAt - row.startedAt) > SAME_CLOCK_SECONDS) {
      row.isOnAir = isOnAir;
      row.startedAt = startedAt;
    }
    return row;
  }

  #makeRow(callSid) {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    element.dataset.callSid = callSid;
    const part = (name) => element.querySelector(`[data-part="${name}"]`);
    const row = {
      element,
      position: part("position"),
      number: part("number"),
      inWords: part("in-words"),
      stage: part("stage"),
      time: part("time"),
      timeLabel: part("time-label"),
      isOnAir: null,
      startedAt: 0,
    };
    this.#rows.set(callSid, row);
    return row;
  }
}
