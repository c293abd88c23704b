/* Keeps the page up to date: asks what changed and is answered as soon as something has; knows when it does not know. */

import { isChanges, withChanges } from "./changes.js";
import { setHidden, setOff } from "./text.js";

const HELD_TIMEOUT_MS = 11500; // an answer is held for 10 s at most
const TIMEOUT_MS = 4000;
const SILENT_AFTER_MS = 11500;
const HIDDEN_EVERY_MS = 15000;
const UNMARKED_EVERY_MS = 1000;
const GAP_MS = 100; // between two answers, however much goes on
const RETRY_MS = [300, 600, 1200, 2000]; // with its random part at most 2.5 s: a page is live within 3 s of the app’s return
const FAILURES_UNTIL_SAID = 2; // one lost answer is not worth a banner
const JUDGE_EVERY_MS = 500;
const CROSSED_SECONDS = 30;
const UNAUTHORIZED = 401;

export class LiveLine {
  #url;
  #clock;
  #hooks;
  #status = null; // the line as it was last heard, or null: then everything is asked for
  #now = 0;
  #timer = 0;
  #isAsking = false;
  #askAgainMs = 0;
  #failures = 0;
  #lastGood = new Date();
  #shownSince = Date.now();
  #isLive = true;
  #isSignedOut = false;

  /**
   * `url` answers with the line's state; `clock` is the server's clock. hooks: updated(status), for each new state, in
   * which rows that did not change are the same objects as before; changed({isLive, since, isSignedOut}), when the page
   * stops or starts being live, or its session ends, `since` being the moment (a Date) of the last answer; isNeeded(),
   * whether to follow closely even in a tab that nobody sees.
   */
  constructor(url, clock, hooks) {
    this.#url = url;
    this.#clock = clock;
    this.#hooks = hooks;
  }

  /** Begins with what the page was served with. */
  start(status) {
    this.#take(status);
    document.addEventListener("visibilitychange", () => this.#seen());
    window.addEventListener("online", () => this.refresh());
    setInterval(() => this.#judge(), JUDGE_EVERY_MS);
    this.#schedule();
  }

  /** Asks now; resolves to whether an answer came. A request that the app is holding goes on. */
  async refresh() {
    const came = await this.#get(false);
    if (came && !this.#isAsking) {
      this.#ask(); // another try may have been a while away
    }
    return came;
  }

  get isLive() {
    return this.#isLive;
  }

  /** Whether the session is over: the app answers as if nobody were signed in. */
  get isSignedOut() {
    return this.#isSignedOut;
  }

  get #mark() {
    return this.#status?.mark ?? null;
  }

  get #isRare() {
    return document.hidden && !this.#hooks.isNeeded();
  }

  #seen() {
    if (this.#isRare) {
      return; // a request that the app holds may still be answered; the next is made after a while
    }
    this.#shownSince = Date.now();
    this.refresh();
  }

  #schedule() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), this.#pause());
  }

  #pause() {
    if (this.#failures > 0) {
      return RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] * (0.75 + Math.random() / 2);
    }
    if (this.#isRare) {
      return HIDDEN_EVERY_MS;
    }
    if (this.#askAgainMs > 0) {
      return this.#askAgainMs * (1 + Math.random() / 4);
    }
    return this.#status !== null && this.#mark === null ? UNMARKED_EVERY_MS : GAP_MS;
  }

  async #ask() {
    clearTimeout(this.#timer);
    if (this.#isAsking) {
      return;
    }
    this.#isAsking = true;
    try {
      // After a failure a plain answer is wanted, at once: that the app is back is news enough.
      await this.#get(this.#mark !== null && this.#failures === 0 && !this.#isRare);
    } finally {
      this.#isAsking = false;
      this.#schedule();
    }
  }

  /** Resolves to whether an answer came. */
  async #get(held) {
    const data = held ? { since: this.#mark } : {};
    try {
      const request = $.ajax({ url: this.#url, data, dataType: "json", timeout: held ? HELD_TIMEOUT_MS : TIMEOUT_MS });
      const answer = await request;
      showNewVersion(request.getResponseHeader("X-Pages-Version"));
      const isForStrangers = !answer.unchanged && answer.calls === undefined;
      this.#setSignedOut(isForStrangers);
      if (isForStrangers) {
        this.#failures += FAILURES_UNTIL_SAID;
        return false;
      }
      this.#failures = 0;
      this.#lastGood = new Date();
      this.#askAgainMs = (answer.ask_again_seconds ?? 0) * 1000;
      this.#take(answer);
      return true;
    } catch (reply) {
      if (!("readyState" in reply)) {
        throw reply; // a fault of this page, not of the network
      }
      if (reply.status === UNAUTHORIZED) {
        this.#setSignedOut(true);
      }
      // A silence has been long enough already; anything else may be a single lost answer.
      const isSure = reply.statusText === "timeout" || reply.status === UNAUTHORIZED;
      this.#failures += isSure ? FAILURES_UNTIL_SAID : 1;
      return false;
    } finally {
      this.#judge();
    }
  }

  #take(answer) {
    if (answer.now !== undefined) {
      this.#clock.update(answer.now);
      const isCrossed = answer.now < this.#now && this.#now - answer.now < CROSSED_SECONDS;
      if (isCrossed) {
        return; // a later request was answered first
      }
      this.#now = answer.now;
    }
    if (answer.unchanged) {
      return;
    }
    this.#status = isChanges(answer) ? withChanges(this.#status, answer) : answer;
    if (this.#status !== null) {
      this.#hooks.updated(this.#status);
    }
  }

  #setSignedOut(isSignedOut) {
    if (isSignedOut !== this.#isSignedOut) {
      this.#isSignedOut = isSignedOut;
      showSignedOut(isSignedOut);
      this.#tell();
    }
  }

  #tell() {
    this.#hooks.changed({ isLive: this.#isLive, since: this.#lastGood, isSignedOut: this.#isSignedOut });
  }

  #judge() {
    // A hidden tab asks rarely: its silence is counted from when it is looked at again.
    const silentMs = Date.now() - Math.max(this.#lastGood.getTime(), this.#shownSince);
    const isLive = this.#failures < FAILURES_UNTIL_SAID && (this.#isRare || silentMs < SILENT_AFTER_MS);
    if (isLive !== this.#isLive) {
      this.#isLive = isLive;
      this.#tell();
    }
  }
}

/** Says that the app's pages are of a newer version than this one, which goes on working. */
function showNewVersion(version) {
  const own = document.querySelector("meta[name=pages-version]").content;
  setHidden(document.querySelector("[data-new-version]"), version === null || version === own);
}

/** The page's own words for a session that is over, with the way back; what is of no use until then is switched off. */
function showSignedOut(isSignedOut) {
  setHidden(document.querySelector("[data-signed-out]"), !isSignedOut);
  for (const control of document.querySelectorAll("[data-needs-session]")) {
    setOff(control, isSignedOut);
  }
}
