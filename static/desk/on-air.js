/* The desk's owner, the callers on the air and coming, and what became of the caller that this page had on the air. */

import { onAirSince } from "../shared/since.js";
import { mayComeNext, upNext } from "./lineup.js";

const DOUBT_MS = 25000; // an app that is back finds out within this, or cannot ask Twilio

const THANKED_SECONDS = 5; // the thanks are no longer than this
const BROUGHT_BACK_MS = 1500; // as long as the page takes two presses for one
const CONSENT_SECONDS = 10; // how long the DJ at the desk may take to refuse
const ASK_LASTS_SECONDS = 30;
const REFUSAL_HOLDS_SECONDS = 30;
const SILENCE_IS_SURE_SECONDS = 0.7; // a refusal of the last moment is on its way for as long as the app waits for it

const TOLD_SECONDS = 20; // how long the page says that a caller has hung up

const NO_DESK = Object.freeze({
  turn: 0,
  leg: "",
  leg_by: "",
  rival: "",
  rival_who: "",
  consent_at: 0,
  refused_at: 0,
  who: "",
  on_air: "",
  claimed: "",
  automatic: false,
  idle: false,
  pending: "",
});

export class OnAir {
  /** The desk as the line last said: `desks[0]` of the status. */
  desk = NO_DESK;
  /** The call on the air with the desk (a row of the status), or null. */
  call = null;
  /** The caller that is on the way to the desk (a row), or null. */
  coming = null;
  /** How many wait. */
  waiting = 0;
  /** Whether only callers marked ready by a screener go on the air. */
  isScreened = false;
  /** The caller that Next brings, as far as is known (a row), or null. */
  next = null;
  /** Whether the line takes new callers: "open", "last_calls" or "closed". */
  opening = "open";
  /** The CallSid of this page's own call, or of the last one that it had. */
  leg = "";
  #clock;
  #calls = [];
  #left = [];
  #seen = new Set(); // CallSids: a call that was over when the page was opened is not news
  #mine = null;
  #wasMine = false;
  #unseen = null;
  #broughtBackUntil = 0;

  /** `clock` is the server's clock. */
  constructor(clock) {
    this.#clock = clock;
  }

  update(status) {
    this.desk = status.desks?.[0] ?? NO_DESK;
    this.waiting = status.current_size;
    this.isScreened = status.show?.screened === true;
    this.opening = status.show?.opening ?? "open";
    this.#calls = status.calls;
    this.call = this.#row(this.desk.on_air);
    if (this.#unseen) {
      this.#unseen.until ??= Date.now() + DOUBT_MS;
    }
    this.coming = this.#row(this.desk.claimed);
    this.next = this.#row(upNext(status));
    this.#left = (status.left ?? []).filter((call) => this.#seen.has(call.call_sid));
    for (const { call_sid: callSid } of status.calls) {
      this.#seen.add(callSid);
    }
    this.#look();
  }

  /** A new call of this page begins; with `past`, the {leg, call} that a reload cut off, it is already over. */
  begin(past = null) {
    this.leg = past?.leg ?? "";
    this.#mine = past?.call ?? null;
    this.#wasMine = past !== null;
  }

  /** This page's call is up, and Twilio calls it `leg`. */
  connected(leg) {
    this.leg = leg;
    this.#look();
  }

  /** This page's call has asked for the next caller while the page could not see who is on the air. */
  wentOnUnseen() {
    this.#unseen = { onAir: this.desk.on_air, turn: this.desk.turn, until: null };
  }

  /**
   * Whether the line still has on the air the caller from before this page went on unseen: the app is back, and has not
   * yet found out who came.
   */
  get isInDoubt() {
    const unseen = this.#unseen;
    const isUnchanged = unseen !== null && unseen.onAir === this.desk.on_air && unseen.turn === this.desk.turn;
    if (!isUnchanged || (unseen.until !== null && Date.now() > unseen.until)) {
      this.#unseen = null;
    }
    return this.#unseen !== null;
  }

  /** Whose the desk is: "mine", "rival" (ours is offered to take over), "other", or "free". */
  get whose() {
    if (!this.desk.leg) {
      return "free";
    }
    if (this.leg === this.desk.leg) {
      return "mine";
    }
    return this.leg && this.leg === this.desk.rival ? "rival" : "other";
  }

  /** Whether this page was the desk, and another has taken over. */
  get isTakenOver() {
    return this.#wasMine && this.whose === "other";
  }

  /** Whether the desk's leg is a telephone: pages are its buttons then. */
  get isByPhone() {
    return this.desk.leg !== "" && !this.desk.leg_by.startsWith("client:");
  }

  /** How long the DJ at the desk may take to refuse, in seconds. */
  consentSeconds = CONSENT_SECONDS;

  /** Whether a second desk has asked to take over and has had no answer yet. */
  get #isAsked() {
    const { rival, consent_at: consentAt } = this.desk;
    return Boolean(rival && consentAt) && this.#clock.now() < consentAt + ASK_LASTS_SECONDS - CONSENT_SECONDS;
  }

  /** Who asks this page, or the telephone whose buttons it is, to hand over: {leg, who}; null when nobody does. */
  get question() {
    const isOurs = this.whose === "mine" || (this.isByPhone && this.whose === "other");
    return isOurs && this.#isAsked ? { leg: this.desk.rival, who: this.desk.rival_who } : null;
  }

  /** Whether this page has asked to take over and waits. */
  get isAsking() {
    return this.whose === "rival" && this.#isAsked;
  }

  /** For how many seconds, at most, it still has to wait. */
  get secondsToConsent() {
    return Math.max(0, Math.ceil(this.desk.consent_at - this.#clock.now()));
  }

  /** Whether this page has asked, and nobody has refused for long enough. */
  get isConsent() {
    return this.isAsking && this.#clock.now() > this.desk.consent_at + SILENCE_IS_SURE_SECONDS;
  }

  /** Whether this page was refused a short while ago. */
  get isRefused() {
    return this.whose === "rival" && this.#clock.now() - this.desk.refused_at < REFUSAL_HOLDS_SECONDS;
  }

  /** Whether the desk is the same person's, in another tab. */
  get isOwnTab() {
    return this.whose === "rival" && !this.isByPhone && this.desk.who === this.desk.rival_who;
  }

  /** Whether nobody comes on the air before somebody asks for them. */
  get isUntilNext() {
    return this.desk.idle;
  }

  /** The last caller that hung up on the air, while ready or on hold (a row of `left`), a short while after; else null. */
  get hungUp() {
    const isMissed = ({ hung_up: hungUp, last, at }) => hungUp && last !== "waiting" && this.#clock.now() - at < TOLD_SECONDS;
    return this.#left.find(isMissed) ?? null;
  }

  /** The caller that Drop or Next let go on the line `name` a moment ago and that is being thanked (a row of `left`), or null. */
  thankedOn(name) {
    return this.#allThanked.find((row) => row.with === name) ?? null;
  }

  /** The same for the line `name` if it has let somebody go, else for any other. */
  thankedFor(name) {
    return this.thankedOn(name) ?? this.#allThanked[0] ?? null;
  }

  /** That caller is asked back: for a moment a second press means nobody else. */
  broughtBack() {
    this.#broughtBackUntil = Date.now() + BROUGHT_BACK_MS;
  }

  /** How many of those that wait may come on the air. Those that are not shown may, unless the line is screened. */
  get mayCome() {
    const inLine = this.#inLine;
    const unseen = this.isScreened ? 0 : this.waiting - inLine.length;
    return unseen + inLine.filter((call) => mayComeNext(call, this.isScreened)).length;
  }

  /** Whether all who wait and may come were asked if they are ready, and none has said so. */
  get isNobodyReady() {
    return this.#inLine.every((call) => !mayComeNext(call, this.isScreened) || call.is_ready === "no");
  }

  /** How long the caller has been on the air, in seconds, interruptions left out. */
  get seconds() {
    return this.call ? this.#clock.now() - onAirSince(this.call) : 0;
  }

  /**
   * The row of the caller that this page had on the air, once its call is over: they are back in the line, or soon will be,
   * when the line has heard of it; null when there is nobody.
   */
  get kept() {
    const row = this.#row(this.#mine?.call_sid);
    const isStillWithUs = row?.stage === "on_air" && !row.leaving && this.whose !== "other";
    return row && (row.position !== null || isStillWithUs) ? row : null;
  }

  /** Rows of `left`, the latest first. */
  get #allThanked() {
    if (Date.now() < this.#broughtBackUntil) {
      return [];
    }
    const isThanked = ({ hung_up: hungUp, outcome, at }) =>
      !hungUp && ["aired", "dropped"].includes(outcome) && this.#clock.now() - at < THANKED_SECONDS;
    return this.#left.filter(isThanked);
  }

  get #inLine() {
    return this.#calls.filter((call) => call.position !== null);
  }

  #look() {
    if (this.whose === "mine") {
      this.#wasMine = true;
      this.#mine = this.call ?? this.#mine;
    }
  }

  #row(callSid) {
    return this.#calls.find((call) => call.call_sid === callSid) ?? null;
  }
}
