/* This page's own desk as the line knows it: whether its leg is up, and which caller it has. */

const NO_DESK = Object.freeze({ name: "", turn: 0, leg: "" });

export class OwnDesk {
  /** The row of this page's desk in the status. */
  desk = NO_DESK;
  /** The row of the caller that this desk has, or null: they are in talk with it, or on the way. */
  call = null;
  /** All rows of the status. */
  calls = [];
  show = { screened: false };
  #phone;

  /** `phone` knows who this page is. */
  constructor(phone) {
    this.#phone = phone;
  }

  update(status) {
    const { name } = this;
    this.calls = status.calls;
    this.show = status.show ?? this.show;
    this.desk = status.desks?.find((desk) => name && desk.name === name) ?? NO_DESK;
    this.call = this.calls.find((call) => name && call.with === name) ?? null;
  }

  /** This desk's name, "" while the page does not know who it is. */
  get name() {
    const { identity } = this.#phone;
    return identity ? `screen-${identity}` : "";
  }

  /** Whether the line knows this page's call. */
  get isConnected() {
    return this.desk.leg !== "" && this.desk.leg === this.#phone.callSid;
  }

  get isInTalk() {
    return this.call?.stage === "screening";
  }

  /** How many callers wait that this desk may talk to next. */
  get waiting() {
    return this.calls.filter((call) => isFree(call) && !isCleared(call) && call.stage !== "held").length;
  }

  /** The CallSid of the caller that the DJ would take first, "" for none: a caller made ready "next" stands before it. */
  get firstReady() {
    return this.calls.find((call) => call.stage === "ready" && isFree(call))?.call_sid ?? "";
  }

  row(callSid) {
    return this.calls.find((call) => call.call_sid === callSid) ?? null;
  }
}

/** Whether somebody may talk with them: in line or on hold, and with no desk. */
export function isFree(call) {
  return (call.position !== null || call.stage === "held") && !call.with && !call.claimed;
}

export function isCleared(call) {
  return call.stage === "ready" || call.cleared === true;
}
