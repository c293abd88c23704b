/* The server's clock as this page knows it: waits tick here, between answers, and agree with what callers are told. */

const ODD_SECONDS = 2; // more than this below what is known is a slow answer, or a clock that was set
const SET_SECONDS = 60; // no answer is that slow

export class ServerClock {
  #offset = null;
  #wasOdd = false;

  /** An answer says that it was `now` (seconds since 1970) when it left the server. */
  update(now) {
    // It was under way for a while, so it seems too early and never too late: the latest is nearest to the truth.
    const offset = now - Date.now() / 1000;
    const below = this.#offset === null ? 0 : this.#offset - offset;
    const isOdd = below > ODD_SECONDS;
    if (this.#offset === null || below < 0 || (isOdd && (this.#wasOdd || below > SET_SECONDS))) {
      this.#offset = offset;
    }
    this.#wasOdd = isOdd;
  }

  /** The server's time, in seconds since 1970. */
  now() {
    return Date.now() / 1000 + (this.#offset ?? 0);
  }
}
