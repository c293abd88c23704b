/* The DJ's chair on the page: on the air or not, the status line, and which buttons work. */

import { callerInSentence, whoInWords } from "../cards/words.js";
import { clock } from "../shared/format.js";
import { setData, setHidden, setOff, setText } from "../shared/text.js";
import { sayInTitle } from "../shared/title.js";
import { warningOf } from "../shared/trouble-words.js";
import { MUTE_WORDS, callerLabel } from "../shared/words.js";
import { timingOf } from "./call-time.js";
import { chairOf, statusOf } from "./status-words.js";
import { titleOfQuestion } from "./take-over-words.js";
import { whyNot } from "./why-not.js";
import { BUTTON_WORDS, CHAIR_WORDS, SWITCH_WORDS, TIMING_WORDS, TITLE_WORDS } from "./words.js";

const REFRESHED_MS = 4000;
const OFFER_UNSEEN_MS = 800; // a doubled press of Connect is none of what has taken its place
const WITH_CALLER = new Set(["on", "next", "drop", "hold", "reconnecting", "elsewhere", "rival"]);
const ON_AIR = new Set(["on", "next", "drop", "hold"]);
const ONE_AT_A_TIME = new Set(["next", "drop", "hold"]);

const FIRST_PLACE = ["connect", "bringBack", "takeOver", "withdraw", "takeNow", "refuse", "handOver"];

/**
 * Which buttons stand there: Connect, then Bring back during the page's own call; Take over; or what a desk that is asked may
 * answer. A page that is the buttons of a telephone has Bring back there only while somebody is being thanked.
 */
function firstPlace(facts) {
  const { phone, air, mayTakeNow } = facts;
  if (air.question) {
    return ["refuse", "handOver"];
  }
  if (air.isAsking) {
    return mayTakeNow ? ["withdraw", "takeNow"] : ["withdraw"];
  }
  if (whyNot("takeOver", facts) === "") {
    return ["takeOver"];
  }
  const hasDesk = (phone.isAnswered && air.seat === "mine") || (air.isByPhone && air.seat === "other" && air.thanked);
  return [hasDesk ? "bringBack" : "connect"];
}

export class Chair {
  #root;
  #refreshedTimer = 0;
  #offeredAt = 0;
  #limits;
  buttons;
  keysBox;

  constructor(root) {
    this.#root = root;
    this.#limits = { warning: Number(root.dataset.callWarningSeconds), limit: Number(root.dataset.callLimitSeconds) };
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
    const chair = chairOf(facts);
    const status = statusOf(facts);
    const hasCaller = air.call !== null && WITH_CALLER.has(chair);
    setData(this.#root, "air", chair);
    setText(this.#part("air-word"), CHAIR_WORDS[chair]);
    setText(this.#part("air-number"), hasCaller ? callerLabel(air.call.number) : "");
    setText(this.#part("air-who"), hasCaller ? whoInWords(air.call) : "");
    setText(this.#part("air-topic"), hasCaller ? (air.call.card?.topic ?? "") : "");
    setHidden(this.#part("air-time"), !hasCaller);
    setHidden(this.#part("muted"), !phone.muted);
    setData(this.#part("status"), "tone", status.tone);
    setText(this.#part("status-title"), status.title);
    setText(this.#part("status-advice"), status.advice.trim());
    this.#part("status-advice").classList.toggle("visually-hidden", Boolean(status.ticking));
    setText(this.#part("status-ticking"), status.ticking ?? "");
    setText(this.#part("warning"), phone.isInCall ? warningOf(phone) : "");
    sayInTitle("question", titleOfQuestion(air));
    sayInTitle("state", TITLE_WORDS[ON_AIR.has(chair) ? "on" : chair] ?? "");

    for (const what of ["connect", "next", "drop", "hold", "automatic", "bringBack", "hangUp", "mute"]) {
      setOff(this.buttons[what], whyNot(what, facts) !== "" || (press.isResting && ONE_AT_A_TIME.has(what)));
    }
    setOff(this.buttons.hangUp, !phone.isInCall || facts.isHangingUp);
    this.#showInFirstPlace(facts);
    setText(this.#part("bring-back-who"), air.thanked ? ` ${callerInSentence(air.thanked)}` : "");
    this.buttons.mute.setAttribute("aria-pressed", String(phone.muted));
    const pressed = press.isPending && (press.kind === "take" ? "next" : press.kind);
    for (const what of ["next", "drop", "hold"]) {
      setText(this.#part(`${what}-word`), BUTTON_WORDS[what][pressed === what ? 1 : 0]);
    }
    setText(this.#part("mute-word"), phone.muted ? MUTE_WORDS.on : MUTE_WORDS.off);
    this.#showSwitch("automatic", air.desk.automatic);
    this.#showSwitch("lock", facts.isLocked);
    setHidden(this.#part("locked"), !facts.isLocked);
  }

  tick(air) {
    setText(this.#part("air-clock"), clock(air.seconds));
    const timing = this.#part("air-time").hidden ? "" : timingOf(air.seconds, this.#limits);
    setData(this.#root, "timing", timing);
    setText(this.#part("timing"), TIMING_WORDS[timing]);
  }

  /** Says beside the Refresh button what came of it, for a moment. */
  sayRefreshed(words) {
    clearTimeout(this.#refreshedTimer);
    setText(this.#part("refreshed"), words);
    this.#refreshedTimer = setTimeout(() => setText(this.#part("refreshed"), ""), REFRESHED_MS);
  }

  /** In the first place stands what is of use now. The focus stays in that place, and a press that was on its way there is passed over. */
  #showInFirstPlace(facts) {
    const shown = firstPlace(facts);
    if (shown.every((what) => !this.buttons[what].hidden) && FIRST_PLACE.every((what) => shown.includes(what) || this.buttons[what].hidden)) {
      return;
    }
    const hasFocus = FIRST_PLACE.some((what) => this.buttons[what] === document.activeElement);
    for (const what of FIRST_PLACE) {
      this.buttons[what].hidden = !shown.includes(what);
    }
    this.#offeredAt = Date.now();
    if (hasFocus) {
      this.buttons[shown[0]].focus();
    }
  }

  /** Whether a press of this button is meant: what has just come to the first place was not seen by who presses it. */
  isMeant(what) {
    const isOffer = what !== "connect" && FIRST_PLACE.includes(what);
    return !isOffer || Date.now() - this.#offeredAt > OFFER_UNSEEN_MS;
  }

  #showSwitch(name, on) {
    const checked = String(on);
    if (this.buttons[name].getAttribute("aria-checked") !== checked) {
      this.buttons[name].setAttribute("aria-checked", checked);
    }
    setText(this.#part(`${name}-word`), SWITCH_WORDS[name][on ? "on" : "off"]);
  }

  #part(name) {
    return this.#root.querySelector(`[data-part-of-desk="${name}"]`);
  }
}
