/* The press that is on its way, or was the last: until the line shows that it has worked. */

const GIVE_UP_MS = 8000;
const SAID_MS = 12000; // how long the page says what the last press has done

/* What each press makes of its caller: a row of the status, or undefined once they are gone. */
const IS_DONE = {
  talk: (row, desk) => row?.with === desk && row.stage === "screening",
  ready: (row) => row?.stage === "ready" && !row.with,
  hold: (row) => row?.stage === "held" && !row.with,
  back: (row) => row !== undefined && ["arriving", "waiting", "ready"].includes(row.stage) && !row.with,
  let_go: (row) => row === undefined,
  block: (row) => row === undefined,
};

export class PendingPress {
  /** "talk" or a verdict; "" when there was no press, or it is old. */
  kind = "";
  /** The row of the caller that it is about; null for the one that waits longest. */
  call = null;
  /** What the app says will happen; "" until it has said something. */
  sentence = "";
  /** "asking", "coming" (answered, not yet seen), "done", "gone" (the caller is no longer on the line) or "lost". */
  state = "";
  #at = 0;

  get isPending() {
    return this.state === "asking" || this.state === "coming";
  }

  begin(kind, call) {
    Object.assign(this, { kind, call, sentence: "", state: "asking" });
    this.#at = Date.now();
  }

  answered(sentence) {
    this.#enter("coming");
    this.sentence = sentence;
  }

  /** What the line said; `desk` is the name of this page's desk. */
  update(calls, desk) {
    if (!this.isPending) {
      return;
    }
    const row = this.call ? calls.find((call) => call.call_sid === this.call.call_sid) : calls.find((call) => call.with === desk);
    if (IS_DONE[this.kind](row, desk)) {
      this.#enter("done");
      this.call = row ?? this.call;
    } else if (this.call && row === undefined) {
      this.#enter("gone");
    }
  }

  tick() {
    const age = Date.now() - this.#at;
    if (this.state === "coming" && age > GIVE_UP_MS) {
      this.#enter("lost");
    } else if (!this.isPending && age > SAID_MS) {
      this.forget();
    }
  }

  forget() {
    Object.assign(this, { kind: "", call: null, sentence: "", state: "" });
  }

  #enter(state) {
    this.state = state;
    this.#at = Date.now();
  }
}
