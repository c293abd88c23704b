/* The three lists: who waits for a screener, who is ready for the DJ, who is on hold. A row per call, kept by its CallSid. */

import { aboutParts, showAbout } from "../cards/about.js";
import { CardForm } from "../cards/form.js";
import { callerInWords, callerLabel, clock } from "../shared/format.js";
import { FocusKeeper } from "../shared/focus.js";
import { glide, placesOf } from "../shared/motion.js";
import { setData, setHidden, setOff, setText } from "../shared/text.js";
import { isCleared, isFree } from "./seat.js";

const STAGE_WORDS = { arriving: "Arriving", waiting: "Waiting", screening: "In talk", ready: "Ready", held: "On hold", on_air: "On air", message: "Message" };

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
  return call.with === "air" && call.stage !== "on_air" ? "coming" : call.stage;
}

export class Lists {
  #root;
  #lists;
  #template;
  #clock;
  #hooks;
  #focus;
  #rows = new Map();
  #order = "";
  #form;
  #isOff = true;

  /**
   * `cards` are the page's cards, `serverClock` the server's clock. hooks: mine(), this desk's name; talk(callSid);
   * verdict(callSid, verdict).
   */
  constructor(root, cards, serverClock, hooks) {
    this.#root = root.querySelector("[data-lists]");
    this.#lists = new Map([...this.#root.querySelectorAll("[data-list]")].map((list) => [list.dataset.list, list]));
    this.#template = root.querySelector("[data-caller-template]");
    this.#clock = serverClock;
    this.#hooks = hooks;
    this.#focus = new FocusKeeper(this.#root);
    const form = document.querySelector("[data-card-form]").content.firstElementChild.cloneNode(true);
    this.#form = { element: form, card: new CardForm(form, cards, "row") };
    this.#root.addEventListener("click", (event) => this.#clicked(event));
  }

  show(status) {
    const mine = this.#hooks.mine();
    const calls = status.calls.filter((call) => !mine || call.with !== mine); // one's own caller is shown large
    const order = calls.map((call) => `${call.call_sid}${listOf(call)}`).join();
    const isMoving = order !== this.#order;
    this.#order = order;
    const places = isMoving ? placesOf(this.#root.querySelectorAll(".caller")) : null;
    const focus = this.#focus.note();
    this.#removeAllBut(new Set(calls.map((call) => call.call_sid)));
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
    const starts = [...this.#rows.values()].filter(({ call }) => call.position !== null).map(({ call }) => call.joined_at);
    return { longest: starts.length ? this.#clock.now() - Math.min(...starts) : null, average: null };
  }

  /** Whether the rows' Talk buttons do nothing just now. */
  setOff(off) {
    if (off !== this.#isOff) {
      this.#isOff = off;
      for (const row of this.#rows.values()) {
        setOff(row.take, off);
      }
    }
  }

  tick() {
    const now = this.#clock.now();
    for (const { call, time } of this.#rows.values()) {
      setText(time, clock(now - (call.stage === "on_air" ? call.changed_at : call.joined_at)));
    }
  }

  /** A card has changed: shown where it is open here. */
  showCard(callSid) {
    if (this.#form.card.callSid === callSid) {
      this.#form.card.show();
    }
  }

  moveFocus(step) {
    return this.#focus.move(step);
  }

  pressFocused() {
    return this.#focus.press();
  }

  /** Opens the card of the row that has the focus, or closes it; false when no row has it. */
  editFocused() {
    const row = document.activeElement?.closest?.("[data-lists] .caller");
    row?.querySelector("[data-part=edit]").click();
    return Boolean(row);
  }

  #clicked(event) {
    const button = event.target.closest("button");
    const row = button && this.#rows.get(button.closest(".caller")?.dataset.callSid);
    if (!row) {
      return;
    }
    if (button === row.edit) {
      this.#edit(row);
    } else if (button === row.take) {
      this.#hooks.talk(row.call.call_sid);
    } else if (button.dataset.rowVerdict) {
      this.#hooks.verdict(row.call.call_sid, button.dataset.rowVerdict);
    }
  }

  #edit(row) {
    const isOpening = row.card.hidden;
    this.#close();
    if (isOpening) {
      row.card.append(this.#form.element);
      setHidden(row.card, false);
      row.edit.setAttribute("aria-expanded", "true");
      this.#form.card.open(row.call.call_sid);
      this.#form.card.focus();
    }
  }

  #close() {
    const open = this.#rows.get(this.#form.card.callSid);
    if (open) {
      setHidden(open.card, true);
      open.edit.setAttribute("aria-expanded", "false");
    }
    this.#form.element.remove();
    this.#form.card.open("");
  }

  #removeAllBut(callSids) {
    for (const [callSid, row] of this.#rows) {
      if (!callSids.has(callSid)) {
        if (this.#form.card.callSid === callSid) {
          this.#close();
        }
        row.element.remove();
        this.#rows.delete(callSid);
      }
    }
  }

  #fill(name, list, calls) {
    let next = list.firstElementChild;
    for (const call of calls) {
      const { element } = this.#rowOf(call, name);
      if (element === next) {
        next = next.nextElementSibling;
      } else {
        list.insertBefore(element, next);
      }
    }
    setHidden(list, calls.length === 0);
    setHidden(this.#root.querySelector(`[data-list-empty="${name}"]`), calls.length > 0);
    setText(this.#root.querySelector(`[data-count="${name}"]`), calls.length ? String(calls.length) : "");
  }

  #rowOf(call, list) {
    const row = this.#rows.get(call.call_sid) ?? this.#makeRow(call.call_sid);
    row.call = call;
    const words = callerInWords(call.number);
    const look = lookOf(call);
    setData(row.element, "look", look);
    setText(row.position, call.position === null ? "" : String(call.position));
    setText(row.number, callerLabel(call.number));
    setText(row.inWords, words);
    setText(row.stage, look === "coming" ? "Coming on air" : (STAGE_WORDS[call.stage] ?? call.stage));
    setText(row.timeLabel, call.stage === "on_air" ? "on air for" : "waiting for");
    for (const who of row.who) {
      setText(who, `: ${words}`);
    }
    showAbout(row.about, call, this.#hooks.mine());
    const free = isFree(call);
    setHidden(row.take, !free);
    setHidden(row.ready, !free || list === "ready");
    setHidden(row.back, !free || list === "waiting");
    return row;
  }

  #makeRow(callSid) {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    element.dataset.callSid = callSid;
    const part = (name) => element.querySelector(`[data-part="${name}"]`);
    const row = {
      element,
      about: aboutParts(element),
      position: part("position"),
      number: part("number"),
      inWords: part("in-words"),
      stage: part("stage"),
      time: part("time"),
      timeLabel: part("time-label"),
      edit: part("edit"),
      back: part("back"),
      ready: part("ready"),
      take: part("take"),
      card: part("card"),
      who: ["edit-who", "back-who", "ready-who", "take-who"].map(part),
    };
    setOff(row.take, this.#isOff);
    this.#rows.set(callSid, row);
    return row;
  }
}
