/* The head of the list: how many wait and how long, whether the page is live, and what it says when something is not. */

import { clock } from "./format.js";
import { showNewMessages } from "./new-messages.js";
import { setData, setHidden, setText } from "./text.js";
import { LIST_IS_OLD, RECORDED, liveWord, missedCalls, networkAge, networkProblem, notLive } from "./words.js";

export class LineHead {
  #root;
  #twilio = { ok: true, age_seconds: 0 };
  #heardAt = Date.now();
  #average = null;

  constructor(root) {
    this.#root = root;
  }

  show(status) {
    this.#twilio = status.twilio;
    this.#heardAt = Date.now();
    setText(this.#part("size"), String(status.current_size));
    this.#average = status.current_size ? status.average_wait_time : null;
    this.#showNetwork();
    this.#showMissed();
    showNewMessages(status);
    this.#showRecorded(status.desks.some(({ recording }) => recording));
  }

  showLive(live) {
    const part = this.#part("live");
    setData(part, "live", live.isLive ? "yes" : "no");
    setText(this.#part("live-word"), liveWord(live));
    setText(this.#part("live-banner"), notLive(live, LIST_IS_OLD));
    setData(this.#root, "stale", live.isLive ? "no" : "yes");
  }

  /** `longest` and `average` are the waits of the callers shown, in seconds; null when nobody waits or not all are shown. */
  tick({ longest, average }) {
    const answered = this.#average === null ? null : this.#average + this.#heardSeconds;
    setText(this.#part("longest"), longest === null ? "–" : clock(longest));
    setText(this.#part("average"), answered === null ? "–" : clock(average ?? answered));
    if (!this.#twilio.ok) {
      const age = this.#twilio.age_seconds;
      setText(this.#part("network-age"), networkAge(typeof age === "number" ? age + this.#heardSeconds : age));
    }
  }

  get #heardSeconds() {
    return (Date.now() - this.#heardAt) / 1000;
  }

  #showNetwork() {
    setText(this.#part("network-banner"), networkProblem(this.#twilio));
    setHidden(this.#part("network-age"), this.#twilio.ok);
  }

  /** Pages that can record show it on their button Record instead. */
  #showRecorded(isRecorded) {
    const part = this.#part("recorded");
    if (part) {
      setData(part, "on", isRecorded ? "yes" : "no");
      setText(this.#part("recorded-word"), isRecorded ? RECORDED : "");
    }
  }

  /** Calls that Twilio has and of which the app was never asked: a setting is wrong, as a rule. */
  #showMissed() {
    const { missed_calls: count = 0, missed_cause: cause = "" } = this.#twilio;
    setText(this.#part("missed-banner"), missedCalls(count, cause));
  }

  #part(name) {
    return this.#root.querySelector(`[data-line="${name}"]`);
  }
}
