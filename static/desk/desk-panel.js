/* The DJ's own part of the page: on the air or not, the status line, and which buttons work. */

import { callerInSentence, whoInWords } from "../cards/words.js";
import { setAria, setData, setHidden, setOff, setText } from "../shared/text.js";
import { sayInTitle } from "../shared/title.js";
import { warningOf } from "../shared/trouble-words.js";
import { MUTE_WORDS, callerLabel } from "../shared/words.js";
import { LINE_WORDS } from "../console/words.js";
import { LineCard } from "./line-card.js";
import { airStateOf, statusOf } from "./status-words.js";
import { titleOfQuestion } from "./take-over-words.js";
import { whyNot } from "./why-not.js";
import { BUTTON_WORDS, AIR_STATE_WORDS, SWITCH_WORDS, TITLE_WORDS, onLine } from "./words.js";

const REFRESHED_MS = 4000;
const OFFER_UNSEEN_MS = 800; // the second half of a doubled press of Connect must not press the button that took its place
const ON_AIR = new Set(["on", "next", "drop", "hold"]);
const ONE_AT_A_TIME = new Set(["next", "drop", "hold"]);

const FIRST_PLACE = ["connect", "next", "takeOver", "withdraw", "takeNow"];
const ANSWERS = ["refuse", "handOver"]; // beside the question, while another desk asks to take over

/** Which of them stand there: Connect, and Next once the page's own call is up, or a telephone is the desk. */
function firstPlace(facts) {
  const { phone, air, mayTakeNow, isRenewing } = facts;
  if (air.isAsking) {
    return mayTakeNow ? ["withdraw", "takeNow"] : ["withdraw"];
  }
  if (whyNot("takeOver", facts) === "") {
    return ["takeOver"];
  }
  if (phone.isAnswered || isRenewing) {
    return ["next"];
  }
  return air.isByPhone && air.whose === "other" && !phone.isInCall ? ["next", "connect"] : ["connect"];
}

/**
 * What the lock guards: "yes" for every press that ends the caller of the selected line, "hang-up" if that alone ends
 * somebody, or "no".
 */
function guardedBy({ air, otherLine, isOnOtherLine }) {
  if (otherLine ? otherLine.hasCaller : air.call) {
    return "yes";
  }
  return air.call || isOnOtherLine ? "hang-up" : "no";
}

/** Whether a press of this button is on its way, or one that it would double. */
function isUnderWay(what, { press, isHangingUp }) {
  return what === "hangUp" ? isHangingUp : press.isResting && ONE_AT_A_TIME.has(what);
}

export class DeskPanel {
  #root;
  #refreshedTimer = 0;
  #offeredAt = {};
  /** The lines of the air: LineCards. */
  lines;
  buttons;
  keysBox;

  constructor(root) {
    this.#root = root;
    const limits = { warning: Number(root.dataset.callWarningSeconds), limit: Number(root.dataset.callLimitSeconds) };
    this.lines = Array.from(root.querySelectorAll("[data-line-card]"), (card) => new LineCard(card, limits));
    this.buttons = {
      connect: this.#part("connect"),
      next: this.#part("next"),
      drop: this.#part("drop"),
      hold: this.#part("hold"),
      automatic: this.#part("automatic"),
      takeOver: this.#part("take-over"),
      takeNow: this.#part("take-now"),
      withdraw: this.#part("withdraw"),
      refuse: this.#part("refuse"),
      handOver: this.#part("hand-over"),
      bringBack: this.#part("bring-back"),
      hangUp: this.#part("hang-up"),
      lock: this.#part("lock"),
      mute: this.#part("mute"),
      refresh: this.#part("refresh"),
      help: this.#part("help"),
    };
    this.keysBox = this.#part("keys");
  }

  /** `facts` is what statusOf and whyNot ask for. */
  show(facts) {
    const { phone, air, press } = facts;
    const state = airStateOf(facts);
    const status = statusOf(facts);
    setData(this.#root, "air", state);
    setData(this.#root, "muted", phone.muted ? "yes" : "no");
    setData(this.#root, "locked", facts.isLocked ? guardedBy(facts) : "no");
    this.#showFirstLine(state, facts);
    setData(this.#part("status"), "tone", status.tone);
    setText(this.#part("status-title"), status.title);
    // The card above says it, and larger.
    this.#part("status-title").classList.toggle("visually-hidden", status.isSaidByCard === true);
    setText(this.#part("status-advice"), status.advice.trim());
    this.#part("status-advice").classList.toggle("visually-hidden", Boolean(status.ticking));
    setText(this.#part("status-ticking"), status.ticking ?? "");
    setText(this.#part("warning"), phone.isInCall ? facts.soundWarning || warningOf(phone, { hasMeter: true }) : "");
    sayInTitle("question", titleOfQuestion(air));
    sayInTitle("state", TITLE_WORDS[ON_AIR.has(state) || facts.isOnOtherLine ? "on" : state] ?? "");

    this.#showInPlaces(facts);
    for (const what of ["connect", "next", "drop", "hold", "automatic", "bringBack", "hangUp", "mute"]) {
      setOff(this.buttons[what], whyNot(what, facts) !== "" || !this.isMeant(what) || isUnderWay(what, facts));
    }
    setText(this.#part("bring-back-who"), facts.thanked ? ` ${callerInSentence(facts.thanked)}` : "");
    setAria(this.buttons.mute, "pressed", phone.muted);
    const pressed = press.isPending && (press.kind === "take" ? "next" : press.kind);
    for (const what of ["next", "drop", "hold"]) {
      setText(this.#part(`${what}-word`), onLine(BUTTON_WORDS[what][pressed === what ? 1 : 0], facts.otherLine));
    }
    setText(this.#part("mute-word"), phone.muted ? MUTE_WORDS.on : MUTE_WORDS.off);
    setText(this.#part("next-who"), air.next ? whoInWords(air.next) || callerLabel(air.next.number) : "");
    setText(this.#part("next-topic"), air.next?.card?.topic ?? "");
    this.#showSwitch("automatic", air.desk.automatic);
    this.#showSwitch("lock", facts.isLocked);
  }

  tick(air) {
    this.lines[0].tick(air.seconds);
  }

  /** The first line's card; a caller on cue is not on the air. */
  #showFirstLine(state, { phone, air, isCued }) {
    const [card] = this.lines;
    const isOffAir = isCued && ON_AIR.has(state);
    const word = state === "unseen" && air.call ? LINE_WORDS.unseen : AIR_STATE_WORDS[state];
    card.show({ word: isOffAir ? LINE_WORDS.cue : word, call: air.call, isMuted: phone.muted });
    if (isOffAir) {
      setData(card.element, "lineState", "cue");
    } else {
      delete card.element.dataset.lineState;
    }
  }

  /** Says beside the Refresh button what came of it, for a moment. */
  sayRefreshed(words) {
    clearTimeout(this.#refreshedTimer);
    setText(this.#part("refreshed"), words);
    this.#refreshedTimer = setTimeout(() => setText(this.#part("refreshed"), ""), REFRESHED_MS);
  }

  /** Shows what is of use now. A button that goes and has the focus gives it to the first place. */
  #showInPlaces(facts) {
    const inFirstPlace = firstPlace(facts);
    const shown = [...inFirstPlace, ...(facts.air.question ? ANSWERS : [])];
    const losesFocus = [...FIRST_PLACE, ...ANSWERS].some((what) => this.buttons[what] === document.activeElement && !shown.includes(what));
    for (const what of [...FIRST_PLACE, ...ANSWERS]) {
      this.#showOffer(what, shown.includes(what));
    }
    if (losesFocus) {
      this.buttons[inFirstPlace[0]].focus();
    }
  }

  #showOffer(what, isShown) {
    if (isShown && this.buttons[what].hidden) {
      this.#offeredAt[what] = Date.now();
    }
    setHidden(this.buttons[what], !isShown);
  }

  /** Whether a press of this button is meant: what has just come up was not seen by the person pressing. */
  isMeant(what) {
    return what === "connect" || Date.now() - (this.#offeredAt[what] ?? 0) > OFFER_UNSEEN_MS;
  }

  #showSwitch(name, on) {
    setAria(this.buttons[name], "checked", on);
    setText(this.#part(`${name}-word`), SWITCH_WORDS[name][on ? "on" : "off"]);
  }

  #part(name) {
    return this.#root.querySelector(`[data-part-of-desk="${name}"]`);
  }
}
