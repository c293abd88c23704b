/* The telephone's own Next: `*` on the desk's call, for when the app or Twilio's REST API cannot be asked. */

export class Star {
  #phone;
  #sentFor = "";

  constructor(phone) {
    this.#phone = phone;
  }

  /**
   * Sends it, at most once for `what` (the CallSid on the air, or another name for the occasion); null when the page cannot
   * see who is on. Returns whether it was sent.
   */
  send(what) {
    if ((what !== null && what === this.#sentFor) || !this.#phone.press("*")) {
      return false;
    }
    this.#sentFor = what ?? this.#sentFor;
    return true;
  }
}
