/* One press of Next per caller: a second press before the caller has changed would send the new one away unheard. */

const GIVE_UP_MS = 8000;
const UNSEEN_MS = 4000; // when the page cannot see who is on the air
const REST_MS = 1500; // the next caller can be there within a third of a second: faster than a doubled press

export class NextPress {
  #callSid = null;
  #until = 0;
  #restUntil = 0;
  /** A press is on its way: the caller has not changed yet. */
  isPending = false;
  /** The last press changed nothing for so long that it must have been lost. */
  isLost = false;

  /** Whether another press is to be taken for a doubled one. */
  get isResting() {
    return this.isPending || Date.now() < this.#restUntil;
  }

  /** A press for the caller `callSid`; null when the page cannot see who is on the air. */
  begin(callSid) {
    this.#callSid = callSid;
    this.#until = Date.now() + (callSid ? GIVE_UP_MS : UNSEEN_MS);
    this.#restUntil = Date.now() + REST_MS;
    this.isPending = true;
    this.isLost = false;
  }

  /** What the line said: `callSid` is on the air now, or nobody (null). */
  heard(callSid) {
    if (this.#callSid && callSid !== this.#callSid) {
      this.forget();
    }
    this.tick();
  }

  tick() {
    if (this.isPending && Date.now() > this.#until) {
      this.isPending = false;
      this.isLost = this.#callSid !== null;
    }
  }

  forget() {
    this.#callSid = null;
    this.isPending = false;
    this.isLost = false;
  }
}
