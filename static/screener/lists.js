/* The three lists: who waits for a screener, who is ready for the DJ, who is on hold. A row per call, kept by its CallSid. */

import { isAirDesk } from "../shared/air.js";
import { RowCard } from "../cards/row-card.js";
import { CallerRows } from "../shared/caller-rows.js";
import { FocusKeeper } from "../shared/focus.js";
import { glide, placesOf } from "../shared/motion.js";
import { putInOrder, setHidden, setText } from "../shared/text.js";
import { STAGE_WORDS, callerInWords } from "../shared/words.js";
import { isCleared, isFree } from "./own-desk.js";
import { COMING_ON_AIR } from "./words.js";

/** Which list a call stands in. */
function listOf(call) {
  if (call.stage === "held") {
    return "held";
  }
  return call.stage === "on_air" || (isCleared(call) && call.stage !== "screening") ? "ready" : "waiting";
}

function lookOf(call) {
  if (call.leaving) {
    return "leaving";
  }
  return isAirDesk(call.with) && call.stage !== "on_air" ? "coming" : call.stage;
}

export class Lists {
  #root;
  #lists;
  #clock;
  #hooks;
  #focus;
  #rows;
  #order = "";
  #card;

  /**
   * `cards` are the page's cards, `serverClock` the server's clock. hooks: mine(), this desk's name; talk(callSid);
   * verdict(callSid, verdict).
   */
  constructor(root, cards, serverClock, hooks) {
    this.#root = root.querySelector("[data-lists]");
    this.#lists = new Map([...this.#root.querySelectorAll("[data-list]")].map((list) => [list.dataset.list, list]));
    this.#rows = new CallerRows(root, ["edit", "back", "ready", "card", "edit-who", "back-who", "ready-who", "take-who"]);
    this.#clock = serverClock;
    this.#hooks = hooks;
    this.#focus = new FocusKeeper(this.#root);
    this.#card = new RowCard(this.#rows, cards, "line");
    $(this.#root).on("click", (event) => this.#clicked(event));
  }

  show(status) {
    const mine = this.#hooks.mine();
    const calls = status.calls.filter((call) => !mine || call.with !== mine); // one's own caller is shown large
    const order = calls.map((call) => `${call.call_sid}${listOf(call)}`).join();
    const isMoving = order !== this.#order;
    this.#order = order;
    const places = isMoving ? placesOf(this.#root.querySelectorAll(".caller")) : null;
    const focus = this.#focus.note();
    this.#rows.removeAllBut(calls, (row) => this.#card.leaving(row));
    for (const [name, list] of this.#lists) {
      this.#fill(name, list, calls.filter((call) => listOf(call) === name));
    }
    this.#focus.restore(focus);
    if (isMoving) {
      this.tick();
      glide(this.#root.querySelectorAll(".caller"), places);
    }
  }

  /** How long those in line have waited, in seconds: {longest, average}; null for what is not known. */
  waits() {
    const starts = this.#rows.all.filter((row) => row.call.position !== null).map((row) => row.startedAt);
    return { longest: starts.length ? this.#clock.now() - Math.min(...starts) : null, average: null };
  }

  /** Whether the rows' Talk buttons do nothing right now. */
  setOff(off) {
    this.#rows.setOff(off);
  }

  tick() {
    this.#rows.tick(this.#clock.now());
  }

  /** A card has changed: shown where it is open here. */
  showCard(callSid) {
    this.#card.show(callSid);
  }

  moveFocus(step) {
    return this.#focus.move(step);
  }

  pressFocused() {
    return this.#focus.press();
  }

  /** Opens the card of the row that has the focus, or closes it; false when no row has it. */
  editFocused() {
    return this.#card.toggleFocused();
  }

  #clicked(event) {
    const button = event.target.closest("button");
    const row = button && this.#rows.get(button.closest(".caller")?.dataset.callSid);
    if (!row) {
      return;
    }
    if (button === row.edit) {
      this.#card.toggle(row);
    } else if (button === row.take) {
      this.#hooks.talk(row.call.call_sid);
    } else if (button.dataset.rowVerdict) {
      this.#hooks.verdict(row.call.call_sid, button.dataset.rowVerdict);
    }
  }

  #fill(name, list, calls) {
    putInOrder(
      list,
      calls.map((call) => this.#show(call, name)),
    );
    setHidden(list, calls.length === 0);
    setHidden(this.#root.querySelector(`[data-list-empty="${name}"]`), calls.length > 0);
    setText(this.#root.querySelector(`[data-count="${name}"]`), calls.length ? String(calls.length) : "");
  }

  /** Shows one call in its row, and returns the row's element. */
  #show(call, list) {
    const look = lookOf(call);
    const row = this.#rows.show(call, {
      look,
      stage: look === "coming" ? COMING_ON_AIR : (STAGE_WORDS[look] ?? look),
      isOnAir: call.stage === "on_air",
      mine: this.#hooks.mine(),
    });
    for (const who of [row.editWho, row.backWho, row.readyWho, row.takeWho]) {
      setText(who, `: ${callerInWords(call.number)}`);
    }
    const free = isFree(call);
    setHidden(row.take, !free);
    setHidden(row.ready, !free || list === "ready");
    setHidden(row.back, !free || list === "waiting");
    return row.element;
  }
}
