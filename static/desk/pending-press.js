/* One press at a time: a second one before the first has done its work would send a caller away unheard. */

const GIVE_UP_MS = 8000;
const UNSEEN_MS = 4000; // when the page cannot see who is on the air
const REST_MS = 1500; // the next caller can be there within a third of a second: faster than a doubled press

export class PendingPress {
  /** What is or was last pressed: "next", "take", "drop" or "hold"; "" before the first. */
  kind = "";
  /** The row of the caller that was on the air then, or null. */
  caller = null;
  /** The row of the caller that was chosen, for "take". */
  chosen = null;
  /** What the app says will happen; "" until it has said something. */
  sentence = "";
  /** Whether a press is on its way: it has not yet been seen to work. */
  isPending = false;
  /** Whether the last press has changed nothing for so long that it must have been lost. */
  isLost = false;
  #seen = "";
  #isBlind = false;
  #isAsking = false;
  #until = 0;
  #restUntil = 0;

  /** Whether any press is to wait: one is on its way, or has just brought a caller that another press would send away. */
  get isResting() {
    return this.isPending || (Date.now() < this.#restUntil && (this.kind === "next" || this.kind === "take"));
  }

  /** Whether a press of this kind is to be taken for the second half of a doubled one. */
  isDoubled(kind) {
    return this.isResting || (kind === this.kind && Date.now() < this.#restUntil);
  }

  /** Begins: `caller` is on the air, or nobody (null); `isBlind` says that the page cannot see who is. */
  begin(kind, caller, { chosen = null, isBlind = false } = {}) {
    Object.assign(this, { kind, caller, chosen, sentence: "", isPending: true, isLost: false });
    this.#seen = caller?.call_sid ?? "";
    this.#isBlind = isBlind;
    this.#isAsking = true;
    this.#restUntil = Date.now() + REST_MS;
  }

  /** The press was answered, or needs no answer: from now on it is to be seen to work. */
  answered(sentence) {
    this.sentence = sentence;
    this.#isAsking = false;
    this.#until = Date.now() + (this.#isBlind ? UNSEEN_MS : GIVE_UP_MS);
  }

  /** What the line said: `callSid` is on the air, or nobody (""). */
  update(callSid) {
    if (this.isPending && !this.#isBlind && callSid !== this.#seen) {
      this.isPending = false;
    }
    if (!this.isPending && callSid && callSid !== this.#seen) {
      this.caller = null; // somebody else has come on since: what became of the one before is old news
      this.isLost = false;
    }
    this.tick();
  }

  tick() {
    if (this.isPending && !this.#isAsking && Date.now() > this.#until) {
      this.isPending = false;
      this.isLost = !this.#isBlind;
    }
  }

  /** It was refused, or its call is over. */
  forget() {
    Object.assign(this, { kind: "", caller: null, chosen: null, sentence: "", isPending: false, isLost: false });
    this.#isAsking = false;
  }
}
