/* What each button asks of the app, and what the page says meanwhile. If the app does not answer Next, the phone's own `*` does. */

import { send } from "../shared/send.js";
import { Star } from "../shared/star.js";
import { BY_STAR, NO_ANSWER } from "../shared/words.js";
import { BY_STAR_BLIND, STAR_WAS_SENT, TAKING_OVER, willAdvance } from "./words.js";

const BLIND_TIMEOUT_MS = 2500;
const HANG_UP_TIMEOUT_MS = 1200;
const SILENCE_EVERY_MS = 1500;

export class Requests {
  #phone;
  #air;
  #press;
  #line;
  #order;
  #say;
  #star;
  #silenceAskedUntil = 0;
  /** Whether the page is about to hang up. */
  isHangingUp = false;

  /**
   * `air` is who is on the air, `press` the press in progress, `line` the live line, `order` the order by hand;
   * `say(sentence)` tells the DJ.
   */
  constructor({ phone, air, press, line, order, say }) {
    this.#phone = phone;
    this.#air = air;
    this.#press = press;
    this.#line = line;
    this.#order = order;
    this.#say = say;
    this.#star = new Star(phone);
  }

  async next() {
    const seen = this.#begin("next");
    if (this.#air.isInDoubt) {
      this.#sendStar(null, BY_STAR_BLIND); // the app would let somebody go who is no longer on the air
      return;
    }
    const answer = await this.#send("next", seen);
    if (answer.result === "unreachable" || answer.result === "silent") {
      await this.#sayNextByStar(seen);
    } else {
      this.#settle(answer, seen);
    }
  }

  async take(callSid, row) {
    const seen = this.#begin("take", { chosen: row });
    this.#settle(await this.#send("take", seen, { call_sid: callSid }), seen);
  }

  async drop() {
    const seen = this.#begin("drop");
    this.#settle(await this.#send("drop", seen), seen);
  }

  async hold() {
    const seen = this.#begin("hold");
    this.#settle(await this.#send("hold", seen), seen);
  }

  /** Tells the app first, so that the caller is thanked and not kept; and hangs up whatever comes back. */
  async hangUp() {
    if (this.#phone.isAnswered && this.#air.whose === "mine" && this.#air.call) {
      this.isHangingUp = true;
      await send("/desk/hang-up", this.#seen(), HANG_UP_TIMEOUT_MS);
      this.isHangingUp = false;
    }
    this.#phone.hangUp();
  }

  async setAutomatic() {
    const on = !this.#air.desk.automatic;
    this.#say(willAdvance(on));
    const answer = await send("/desk/settings", { automatic: on });
    this.#say(answer.sentence || NO_ANSWER);
  }

  async bringBack(callSid) {
    this.#air.broughtBack();
    const answer = await send("/desk/bring-back", { call_sid: callSid });
    this.#say(answer.sentence || NO_ANSWER);
  }

  /** Asks the DJ at the desk to hand over, or takes over after their silence; from one's own other tab at once. */
  async takeOver() {
    const { leg, isOwnTab, isAsking } = this.#air;
    if (isOwnTab || isAsking) {
      this.#say(TAKING_OVER);
    }
    const answer = await send("/desk/take-over", { leg });
    const byStar = answer.result === "phone" && answer.star && this.#star.send(leg);
    if (answer.result === "done") {
      this.#say(""); // the page shows the rest
    } else {
      this.#say(byStar ? BY_STAR : answer.sentence || NO_ANSWER);
    }
  }

  /** Asks again once nobody has refused for long enough. */
  async takeOverBySilence() {
    if (this.#air.isConsent && Date.now() > this.#silenceAskedUntil) {
      this.#silenceAskedUntil = Date.now() + SILENCE_EVERY_MS;
      await this.takeOver();
    }
  }

  takeNow() {
    this.#say(TAKING_OVER);
    return this.#answerOf("/desk/take-now", { leg: this.#air.leg });
  }

  withdraw() {
    return this.#answerOf("/desk/withdraw", { leg: this.#air.leg });
  }

  /** Answers the DJ that asks for the desk: `agrees` says whether it is theirs now. */
  handOver(agrees) {
    return this.#answerOf("/desk/hand-over", { leg: this.#air.question.leg, agrees });
  }

  async #answerOf(path, body) {
    const answer = await send(path, body);
    this.#say(answer.sentence || NO_ANSWER);
  }

  #seen() {
    return { turn: this.#air.desk.turn, on_air: this.#air.desk.on_air };
  }

  #begin(kind, more = {}) {
    this.#press.begin(kind, this.#air.call, { ...more, isBlind: !this.#line.isLive || this.#air.isInDoubt });
    return this.#seen();
  }

  async #send(what, seen, more = {}) {
    await this.#order.settled(); // a move and a press in two requests at once may arrive the other way round
    return send(`/desk/${what}`, { ...seen, ...more }, this.#line.isLive ? undefined : BLIND_TIMEOUT_MS);
  }

  #settle(answer, seen) {
    if (answer.result === "done") {
      this.#press.answered(answer.sentence);
    } else if (answer.result === "phone" && answer.star && this.#isUnchanged(seen)) {
      this.#sendStar(occasionOf(seen), BY_STAR);
    } else if (answer.result === "silent" && this.#line.isLive) {
      this.#press.answered(""); // it may have come through: the line will show what happened
    } else {
      this.#press.forget();
      this.#say(answer.sentence || NO_ANSWER);
    }
  }

  async #sayNextByStar(seen) {
    if ((await this.#line.refresh()) && !this.#isUnchanged(seen)) {
      this.#press.answered(""); // it was done, and only its answer is late or lost
      return;
    }
    this.#sendStar(this.#line.isLive ? occasionOf(seen) : null, BY_STAR_BLIND);
  }

  /** Whether the line has not moved on since: a `*` would otherwise send the next caller away. */
  #isUnchanged(seen) {
    const { on_air: onAir, claimed } = this.#air.desk;
    return onAir === seen.on_air && (onAir !== "" || !claimed);
  }

  #sendStar(occasion, sentence) {
    if (!this.#phone.isAnswered) {
      this.#press.forget();
      this.#say(NO_ANSWER); // a telephone is the desk: its own keys work
    } else if (this.#star.send(occasion)) {
      if (!this.#line.isLive || this.#air.isInDoubt) {
        this.#air.wentOnUnseen();
      }
      this.#press.answered(sentence);
    } else {
      this.#press.forget();
      this.#say(STAR_WAS_SENT);
    }
  }
}

function occasionOf(seen) {
  return seen.on_air || `turn ${seen.turn}`;
}
