/* What each button asks of the app, and what the page says meanwhile. If the app could not reach Twilio, the phone's own `*` may do it. */

import { send } from "../shared/send.js";
import { Star } from "../shared/star.js";
import { BY_STAR, NO_ANSWER } from "../shared/words.js";
import { sureToBlock, willWords } from "./words.js";

const SURE_MS = 6000; // blocking a number takes two presses within this time

export class Requests {
  #ownDesk;
  #press;
  #say;
  #refresh;
  #star;
  #sureOf = { callSid: "", until: 0 };

  /**
   * `ownDesk` is this page's desk, `press` the press in progress; `say(sentence, {milliseconds, tone})` tells the screener;
   * `refresh()` asks for the line's state, and resolves once it has come.
   */
  constructor({ phone, ownDesk, press, say, refresh }) {
    this.#ownDesk = ownDesk;
    this.#press = press;
    this.#say = say;
    this.#refresh = refresh;
    this.#star = new Star(phone);
  }

  /** Talks with this caller (a row), or with null to the one that has waited longest. */
  async talk(call) {
    this.#press.begin("talk", call);
    this.#settle(await this.#take(call?.call_sid ?? ""));
  }

  /** A desk's leg asks again and again, each time in a new turn: one that began just now is no reason to press again. */
  async #take(callSid) {
    const { turn } = this.#ownDesk.desk;
    const answer = await send("/screen/take", { turn, call_sid: callSid });
    if (answer.answer.code !== "already" || !(await this.#refresh()) || this.#ownDesk.call || this.#ownDesk.desk.turn === turn) {
      return answer;
    }
    return send("/screen/take", { turn: this.#ownDesk.desk.turn, call_sid: callSid });
  }

  /** `before` is a CallSid on the DJ's list, or "" for the last place there. */
  async verdict(call, verdict, before = "") {
    if (verdict === "block" && !this.#isSure(call.call_sid)) {
      this.#say(sureToBlock(call), { milliseconds: SURE_MS, tone: "wait" });
      return;
    }
    this.#press.begin(verdict, call);
    this.#settle(await send("/screen/verdict", { call_sid: call.call_sid, verdict, before }), call);
  }

  /** Whether Block has been pressed once, and counts when it is pressed again. */
  isBlocking(callSid) {
    return callSid !== "" && this.#sureOf.callSid === callSid && Date.now() < this.#sureOf.until;
  }

  #isSure(callSid) {
    const isSure = this.isBlocking(callSid);
    this.#sureOf = isSure ? { callSid: "", until: 0 } : { callSid, until: Date.now() + SURE_MS };
    return isSure;
  }

  #settle(answer, call = null) {
    if (answer.result === "done") {
      this.#press.answered(answer.sentence || willWords(this.#press));
    } else if (answer.result === "phone" && answer.star && call?.with === this.#ownDesk.name && this.#star.send(call.call_sid)) {
      this.#press.answered(BY_STAR);
    } else if (answer.result === "silent") {
      this.#press.answered(""); // it may have come through: the line will show what happened
    } else {
      this.#press.forget();
      this.#say(answer.sentence || NO_ANSWER);
    }
  }
}
