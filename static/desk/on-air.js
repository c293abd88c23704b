/* Who is on the air, as the line says, and what became of the caller whom this page had there. */

const OVER_MS = 10000; // the line needs a moment to hear that this page has hung up

export class OnAir {
  /** The call on the air (a row of the status), or null. */
  call = null;
  /** How many wait. */
  waiting = 0;
  #since = 0;
  #mine = null;
  #endedAt = 0;
  #calls = [];

  /** `isMine` says whether this page has the desk's call. */
  heard(status, isMine) {
    const onAir = status.calls.filter((call) => call.stage === "on_air");
    // With two desks on the air, the newest is shown large; the list has both.
    const now = onAir.reduce((newest, call) => (newest && newest.on_air_seconds <= call.on_air_seconds ? newest : call), null);
    if (now && now.call_sid !== this.call?.call_sid) {
      this.#since = Date.now() - (now.on_air_seconds ?? 0) * 1000;
    }
    this.call = now;
    this.waiting = status.current_size;
    this.#calls = status.calls;
    if (isMine && now) {
      this.#mine = now;
    }
  }

  /** A new call of the desk begins, or, with `before`, one from before a reload is over. */
  begin(before = null) {
    this.#mine = before;
    this.#endedAt = 0;
  }

  end() {
    this.#endedAt = this.#endedAt || Date.now();
  }

  get seconds() {
    return (Date.now() - this.#since) / 1000;
  }

  /** Whether the caller on the air is the one whom this page has just hung up on. */
  get isOver() {
    return this.call !== null && this.call.call_sid === this.#mine?.call_sid && Date.now() - this.#endedAt < OVER_MS;
  }

  /** The row of the caller whom this page had on the air and who is back in the line, or null. */
  get kept() {
    const row = this.#calls.find((call) => call.call_sid === this.#mine?.call_sid);
    return row && row.stage !== "on_air" && row.stage !== "done" ? row : null;
  }
}
