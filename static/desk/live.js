/* Keeps the page up to date: asks for the line's state each second, and knows when it does not know. */

const EVERY_MS = 1000;
const HIDDEN_EVERY_MS = 15000;
const EAGER_EVERY_MS = 300;
const ANSWER_TIMEOUT_MS = 5000;
const SILENT_AFTER_MS = 12000;
const FAILURES_UNTIL_SAID = 2; // one lost answer is no news

/**
 * Starts asking `url`. `heard(status)` is called with every answer; `changed({isLive, since})` when the page stops or starts
 * being live, `since` being the moment (a Date) of the last good answer. Returns {refresh, hurry}.
 */
export function follow(url, { heard, changed }) {
  let timer = 0;
  let asking = null;
  let failures = 0;
  let isLive = true;
  let lastGood = new Date();
  let shownSince = Date.now();
  let eagerUntil = 0;

  function schedule() {
    clearTimeout(timer);
    let wait = Date.now() < eagerUntil ? EAGER_EVERY_MS : EVERY_MS;
    if (document.hidden) {
      wait = HIDDEN_EVERY_MS;
    }
    timer = setTimeout(ask, wait);
  }

  function judge() {
    // A hidden tab asks rarely: its silence is counted from when it is looked at again.
    const silentMs = Date.now() - Math.max(lastGood.getTime(), shownSince);
    const now = failures < FAILURES_UNTIL_SAID && (document.hidden || silentMs < SILENT_AFTER_MS);
    if (now !== isLive) {
      isLive = now;
      changed({ isLive, since: lastGood });
    }
  }

  function ask() {
    clearTimeout(timer);
    if (asking) {
      return asking;
    }
    asking = $.ajax({ url, dataType: "json", cache: false, timeout: ANSWER_TIMEOUT_MS })
      .then(
        (status) => {
          failures = 0;
          lastGood = new Date();
          heard(status);
          return true;
        },
        () => {
          failures += 1;
          return false;
        },
      )
      .always(() => {
        asking = null;
        judge();
        schedule();
      });
    return asking;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      schedule();
    } else {
      shownSince = Date.now();
      ask();
    }
  });
  window.addEventListener("online", ask);
  setInterval(judge, EVERY_MS);
  schedule();

  return {
    /** Asks now; resolves to whether an answer came. */
    refresh: ask,
    /** Asks several times a second for a while: a press is about to change something. */
    hurry(forMs) {
      eagerUntil = Date.now() + forMs;
      ask();
    },
  };
}
