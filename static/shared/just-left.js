/* The callers that have just left the line, the latest first: who, what happened, when, and their card and history. */

import { RowCard } from "../cards/row-card.js";
import { callerInSentence, whoInWords } from "../cards/words.js";
import { putInOrder, setData, setHidden, setText } from "./text.js";
import { agoWords, awayWords, callerLabel, endWords, keptWords } from "./words.js";

const KEPT_SECONDS = 600;
const PARTS = ["name", "number", "end", "ago", "edit", "edit-who", "card", "history", "history-who"];

export class JustLeft {
  #root;
  #list;
  #clock;
  #card;
  #rows = new Map();

  /** `root` holds the section and the template of its rows; `cards` are the page's cards, `clock` is the server's clock. */
  constructor(root, cards, clock) {
    this.#root = root.querySelector("[data-just-left]");
    this.#list = this.#root.querySelector("ol");
    this.#clock = clock;
    this.#card = new RowCard(this.#rows, cards, "left");
    $(this.#list).on("click", (event) => {
      const row = this.#rows.get(event.target.closest(".left-caller")?.dataset.callSid);
      if (row && event.target.closest("button") === row.edit) {
        this.#card.toggle(row);
      }
    });
  }

  show({ left = [] }) {
    const recent = left.filter(({ at }) => this.#clock.now() - at < KEPT_SECONDS);
    const callSids = new Set(recent.map((call) => call.call_sid));
    for (const [callSid, row] of this.#rows) {
      if (!callSids.has(callSid)) {
        this.#card.leaving(row);
        row.element.remove();
        this.#rows.delete(callSid);
      }
    }
    putInOrder(this.#list, recent.map((call) => this.#show(call)));
    setHidden(this.#root, recent.length === 0);
    this.tick();
  }

  showCard(callSid) {
    this.#card.show(callSid);
  }

  tick() {
    for (const { element, call, end, ago } of this.#rows.values()) {
      const keptSeconds = (call.kept_until ?? 0) - this.#clock.now();
      setData(element, "look", keptSeconds > 0 ? "away" : "left");
      setText(end, keptSeconds > 0 ? awayWords(call) : endWords(call));
      setText(ago, keptSeconds > 0 ? keptWords(keptSeconds) : agoWords(this.#clock.now() - call.at));
    }
  }

  /** Shows one call in its row, and returns the row's element. */
  #show(call) {
    const row = this.#rows.get(call.call_sid) ?? this.#make(call.call_sid);
    row.call = call;
    setText(row.name, whoInWords(call));
    setText(row.number, callerLabel(call.number));
    setText(row.editWho, `: ${callerInSentence(call)}`);
    setText(row.historyWho, `: ${callerInSentence(call)}`);
    row.history.href = `/callers?call_sid=${encodeURIComponent(call.call_sid)}`;
    return row.element;
  }

  #make(callSid) {
    const element = this.#root.querySelector("template").content.firstElementChild.cloneNode(true);
    element.dataset.callSid = callSid;
    const row = { element, call: null };
    for (const name of PARTS) {
      row[name.replace(/-./g, ([, letter]) => letter.toUpperCase())] = element.querySelector(`[data-part="${name}"]`);
    }
    this.#rows.set(callSid, row);
    return row;
  }
}
