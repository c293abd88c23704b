/* The head of the list: how many wait and how long, whether the page is live, and what it says when something is not. */

import { clock, span, timeOfDay } from "./format.js";
import { setData, setHidden, setText } from "./text.js";

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
  }

  showLive(live) {
    const part = this.#part("live");
    setData(part, "live", live.isLive ? "yes" : "no");
    setText(this.#part("live-word"), live.isLive ? "Live" : `Not live since ${timeOfDay(live.since)}`);
    setText(
      this.#part("live-banner"),
      live.isLive ? "" : `Not live since ${timeOfDay(live.since)}. The list shows what was known then. Voice calls go on, and who comes next is up to Twilio; the page tries again by itself.`,
    );
    setData(this.#root, "stale", live.isLive ? "no" : "yes");
  }

  /** `longest` and `average` are the waits of the callers shown, in seconds; null when nobody waits or not all are shown. */
  tick({ longest, average }) {
    const answered = this.#average === null ? null : this.#average + this.#heardSeconds;
    setText(this.#part("longest"), longest === null ? "–" : clock(longest));
    setText(this.#part("average"), answered === null ? "–" : clock(average ?? answered));
    if (!this.#twilio.ok) {
      setText(this.#part("network-age"), this.#age());
    }
  }

  get #heardSeconds() {
    return (Date.now() - this.#heardAt) / 1000;
  }

  #showNetwork() {
    const { ok, problem } = this.#twilio;
    setText(this.#part("network-banner"), ok ? "" : `${problem || "Twilio does not answer."} The list shows what the line knows itself.`);
    setHidden(this.#part("network-age"), ok);
  }

  /** Calls that Twilio has and of which the app was never asked: a setting is wrong, as a rule. */
  #showMissed() {
    const { missed_calls: count = 0, missed_cause: cause = "" } = this.#twilio;
    const calls = count === 1 ? "1 call has" : `${count} calls have`;
    const words = `${calls} not reached this app. ${cause} Callers in the queue are found within half a minute. Tell your admin.`;
    setText(this.#part("missed-banner"), count ? words : "");
  }

  #age() {
    const age = this.#twilio.age_seconds;
    if (age === null || age === undefined) {
      return "Twilio has not answered yet.";
    }
    return `Twilio’s own list was last read ${span(age + this.#heardSeconds)} ago.`;
  }

  #part(name) {
    return this.#root.querySelector(`[data-line="${name}"]`);
  }
}
