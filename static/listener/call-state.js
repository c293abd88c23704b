/* Asks the app where this browser's call stands, and remembers over a reload that there was one. */

import { forget, recall, remember } from "../shared/storage.js";

const SECONDS_AT_FIRST = 2; // then the app says when to ask again
const TIMEOUT_MS = 5000;
const LATE_AFTER = 4; // missing answers in a row
const SLOW_AFTER_MS = 6000;
const LEAVING_MS = 6000; // a call whose page was reloaded has ended by then
const KEPT = "listener-call";

export class CallState {
  #stateUrl;
  #placeUrl;
  #hungUpUrl;
  #phone;
  #changed;
  #timer = 0;
  #callSid = recall(KEPT) ?? "";
  #last = this.#callSid;
  #former = "";
  #isPlaceKept = true;
  #missing = 0;
  #openedAt = Date.now();

  /** What the app said last: {line, waiting, message_seconds?, on?, next?, call?, ended?, kept_seconds?}; null before the first answer. */
  known = null;
  /** Whether the page was left or reloaded during a call, and no other call has begun since. */
  wasLeft = this.#callSid !== "";
  /** When Call was pressed last, in ms. */
  beganAt = 0;

  /** `urls` has stateUrl, placeUrl and hungUpUrl. */
  constructor(urls, phone, changed) {
    this.#stateUrl = urls.stateUrl;
    this.#placeUrl = urls.placeUrl;
    this.#hungUpUrl = urls.hungUpUrl;
    this.#phone = phone;
    this.#changed = changed;
  }

  /** The call as the app has it, {stage, position, …}; undefined while there is none. */
  get call() {
    return this.#phone.isInCall ? this.known?.call : undefined;
  }

  /** Whether this browser is in a call that is not this page's: in another tab, of which this one may be a copy. */
  get isElsewhere() {
    if (this.#phone.isInCall || !this.known?.call) {
      return false;
    }
    const isOwn = this.known.call.call_sid === this.#last;
    return !isOwn || (this.wasLeft && Date.now() - this.#openedAt > LEAVING_MS);
  }

  /** Whether connecting the call has taken so long that the listener may wonder. */
  get isSlow() {
    return Date.now() - this.beganAt > SLOW_AFTER_MS;
  }

  /** How the last call ended, as the app has it; "" while that is not known. */
  get outcome() {
    return this.known?.ended ?? "";
  }

  /** Whether a call would be taken now. As long as nothing is known, it may be tried. */
  get takesCalls() {
    return !["closed", "last_calls", "by_phone"].includes(this.known?.line);
  }

  get isLate() {
    return this.#missing >= LATE_AFTER;
  }

  start() {
    window.addEventListener("online", () => this.#ask());
    this.#ask();
  }

  /** A call begins: what is known of the one before is forgotten. */
  begin() {
    this.wasLeft = false;
    this.beganAt = Date.now();
    this.#former = this.#isPlaceKept ? this.#last : "";
    this.#isPlaceKept = true;
    this.#remember("");
    if (this.known) {
      const { line, waiting, on, next, message_seconds } = this.known;
      this.known = { line, waiting, on, next, message_seconds };
    }
    this.#askIn(SECONDS_AT_FIRST);
  }

  /** Remembers the call as soon as the phone network has named it, and asks about it at once. */
  follow() {
    if (this.#phone.callSid && this.#phone.callSid !== this.#callSid) {
      this.#ask();
    }
  }

  /** The listener hung up: after a reload there is nothing to say about that call, and the app is told to keep no place for it. */
  hungUp() {
    if (this.#callSid) {
      const body = JSON.stringify({ call_sid: this.#callSid });
      const headers = { "Content-Type": "application/json" };
      // It outlives the page. If it is lost, the desk shows the listener as away for a minute.
      fetch(this.#hungUpUrl, { method: "POST", keepalive: true, headers, body }).catch(() => {});
    }
    this.#isPlaceKept = false;
    this.#remember("");
  }

  async #ask() {
    clearTimeout(this.#timer);
    const sid = this.#phone.callSid || this.#callSid;
    this.#remember(sid);
    try {
      this.known = await $.ajax({ url: this.#stateUrl, data: sid ? { call_sid: sid } : {}, dataType: "json", timeout: TIMEOUT_MS });
      this.#missing = 0;
      this.#settle(sid);
    } catch {
      this.#missing += 1;
    }
    if (this.call && this.#former && this.#former !== this.call.call_sid) {
      await this.#askForPlace(this.call.call_sid);
    }
    this.#changed();
    this.#askIn(this.#phone.isInCall && !this.known?.call ? SECONDS_AT_FIRST : (this.known?.ask_again_seconds ?? SECONDS_AT_FIRST));
  }

  /* The app has answered about that call. */
  #settle(sid) {
    if (this.known.ended) {
      forget(KEPT); // the page has said so: after a reload there is nothing more to say
    } else if (sid && !this.known.call && !this.#phone.isInCall) {
      this.#remember(""); // it was never in line, so the next question is about any call of this browser
    }
  }

  /* The call before broke, or its page was left: the app says whether its place is still there. It is asked once. */
  async #askForPlace(callSid) {
    const body = JSON.stringify({ call_sid: callSid, former: this.#former });
    try {
      await $.ajax({ url: this.#placeUrl, method: "POST", contentType: "application/json", data: body, timeout: TIMEOUT_MS });
      this.#former = "";
    } catch {
      // the next answer about the call tries again
    }
  }

  #askIn(seconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), seconds * 1000);
  }

  #remember(sid) {
    this.#callSid = sid;
    this.#last = sid || this.#last;
    if (sid) {
      remember(KEPT, sid);
    } else {
      forget(KEPT);
    }
  }
}
