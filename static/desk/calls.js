/* The list of callers: one row per call, kept in place by CallSid, with waits that tick in the page. */

import { isAirDesk } from "../shared/air.js";
import { RowCard } from "../cards/row-card.js";
import { CallerRows } from "../shared/caller-rows.js";
import { FocusKeeper } from "../shared/focus.js";
import { glide, placesOf } from "../shared/motion.js";
import { putInOrder, setHidden, setText } from "../shared/text.js";
import { callerInWords, moreBehind } from "../shared/words.js";
import { isKeptBack, upNext } from "./lineup.js";
import { ScrollAnchor } from "./scroll-anchor.js";
import { LOOK_WORDS, TAKE_WORDS } from "./words.js";

const LOOK_OF_ANSWER = { yes: "ready", no: "silent" };

/** `desk` is the air desk: while nobody sits at it, a caller that is kept for it is not coming yet. */
function lookOf(call, desk) {
  const isForAir = call.claimed && (!call.with || isAirDesk(call.with));
  if (desk?.claimed === call.call_sid || (isForAir && call.stage !== "on_air")) {
    return desk?.leg ? "coming" : "returned";
  }
  if (call.returned && call.position !== null) {
    return "returned";
  }
  // The answer to the ready check, of somebody who waits for the air.
  return call.stage === "waiting" || call.stage === "ready" ? (LOOK_OF_ANSWER[call.is_ready] ?? call.stage) : call.stage;
}

/** Whether the call has no row: it is on a line of the air, which shows it larger, or it is over except for the thanks. */
function isOffTheList(call, { desks = [] }) {
  return call.leaving || (call.stage === "on_air" && desks.some(({ on_air: onAir }) => onAir === call.call_sid));
}

/** In a screened show: only callers marked ready by a screener, or on the air before. */
function mayBeTaken(call, isScreened) {
  const isThere = (call.position !== null || call.stage === "held") && !call.claimed;
  return isThere && !call.with && !isKeptBack(call, isScreened);
}

export class CallList {
  #list;
  #more;
  #empty;
  #clock;
  #focus;
  #anchor;
  #rows;
  #card;
  #order = "";
  #canAdd = false;
  #isWhole = true;

  /**
   * `cards` are the page's cards, `serverClock` is the server's clock; `take(callSid, call)` is called when a caller is
   * to be taken, `add(call)` when they join those on the air.
   */
  constructor(root, cards, serverClock, take, add) {
    this.#list = root.querySelector("[data-callers]");
    this.#rows = new CallerRows(root, ["handle", "up-next", "take-verb", "take-this", "take-who", "add", "add-who", "edit", "edit-who", "card"]);
    this.#more = root.querySelector("[data-more]");
    this.#empty = root.querySelector("[data-empty]");
    this.#clock = serverClock;
    this.#focus = new FocusKeeper(this.#list);
    this.#anchor = new ScrollAnchor(this.#list);
    this.#card = new RowCard(this.#rows, cards, "line");
    $(this.#list).on("click", (event) => {
      const button = event.target.closest("button");
      const row = button && this.#rows.get(button.closest(".caller").dataset.callSid);
      if (row && button === row.take) {
        take(row.call.call_sid, row.call);
      } else if (row && button === row.add) {
        add(row.call);
      } else if (row && button === row.edit) {
        this.#card.toggle(row);
      }
    });
  }

  /** Shows who waits, in their order. Rows that stay are kept, so that a reader's place and the focus stay too. */
  show(status) {
    const calls = status.calls.filter((call) => !isOffTheList(call, status));
    const order = calls.map((call) => call.call_sid).join();
    const isMoving = order !== this.#order;
    this.#order = order;
    const places = isMoving ? placesOf(this.#list.children) : null;
    const focus = this.#focus.note();
    const anchored = isMoving ? this.#anchor.note() : null;
    if (isMoving) {
      this.#rows.removeAllBut(calls, (row) => this.#card.leaving(row));
    }
    const first = upNext(status);
    const isScreened = status.show?.screened === true;
    putInOrder(
      this.#list,
      calls.map((call) => this.#show(call, status.desks?.[0], call.call_sid === first, isScreened)),
    );
    this.#isWhole = !status.more;
    setHidden(this.#empty, calls.length > 0);
    setHidden(this.#list, calls.length === 0);
    setHidden(this.#more, !status.more);
    setText(this.#more, status.more ? moreBehind(status.more) : "");
    this.#focus.restore(focus);
    this.#anchor.restore(anchored);
    if (isMoving) {
      this.tick();
      glide(this.#list.children, places);
    }
  }

  /** How long those in line have waited, in seconds: {longest, average}; null for what is not known. */
  waits() {
    const starts = this.#rows.all.filter((row) => row.call.position !== null).map((row) => row.startedAt);
    if (!starts.length) {
      return { longest: null, average: null };
    }
    const now = this.#clock.now();
    const mean = starts.reduce((sum, at) => sum + at, 0) / starts.length;
    return { longest: now - Math.min(...starts), average: this.#isWhole ? now - mean : null };
  }

  /** Whether the rows' buttons do nothing right now. */
  setOff(off) {
    this.#rows.setOff(off);
  }

  /** Whether somebody can be added to those on the air. */
  setAdding(can) {
    if (can !== this.#canAdd) {
      this.#canAdd = can;
      for (const row of this.#rows.all) {
        setHidden(row.add, !can || row.take.hidden);
      }
    }
  }

  tick() {
    this.#rows.tick(this.#clock.now());
  }

  /** Moves the focus to the next caller that can be taken, or with -1 to the one before; false when there is none. */
  moveFocus(step) {
    return this.#focus.move(step);
  }

  /** Presses the button of the row that has the focus; false when no row has it. */
  pressFocused() {
    return this.#focus.press();
  }

  /** A card has changed: shown where it is open here. */
  showCard(callSid) {
    this.#card.show(callSid);
  }

  /** Opens the card of the row that has the focus, or closes it; false when no row has it. */
  editFocused() {
    return this.#card.toggleFocused();
  }

  /** The card that is open here: {callSid, field}, the field being the one with the keyboard; "" for none. */
  get openCard() {
    return { callSid: this.#card.callSid, field: this.#card.fieldInFocus };
  }

  /** Shows one call in its row, and returns the row's element. */
  #show(call, desk, isNext, isScreened) {
    const look = lookOf(call, desk);
    const row = this.#rows.show(call, { look, stage: LOOK_WORDS[look] ?? look, isOnAir: look === "on_air" });
    const isHeld = call.stage === "held";
    setHidden(row.upNext, !isNext);
    setHidden(row.handle, call.position === null || call.claimed);
    setText(row.takeVerb, isHeld ? TAKE_WORDS.held : TAKE_WORDS.waiting);
    setHidden(row.takeThis, isHeld);
    setText(row.takeWho, callerInWords(call.number));
    setText(row.editWho, `: ${callerInWords(call.number)}`);
    setHidden(row.take, !mayBeTaken(call, isScreened));
    setText(row.addWho, callerInWords(call.number));
    setHidden(row.add, !this.#canAdd || row.take.hidden);
    return row.element;
  }
}
