/* What the listener types about their call: kept over a reload, and sent to the studio during a call. */

import { ABOUT_WORDS } from "./words.js";
import { setText } from "../shared/text.js";

const TIMEOUT_MS = 5000;
const KEPT = "listener-about";
const FIELDS = ["name", "place", "topic"];

export class About {
  #form;
  #saved;
  #url;
  #sentFor = "";
  #sent = "";
  #isSending = false;

  constructor(form, saved, url) {
    this.#form = form;
    this.#saved = saved;
    this.#url = url;
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    for (const name of FIELDS) {
      form.elements[name].value ||= kept[name] ?? "";
    }
    form.addEventListener("input", () => sessionStorage.setItem(KEPT, JSON.stringify(this.typed())));
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Sends what differs from what this call's card has had. It is called often, and most often does nothing. */
  async send(callSid) {
    const typed = this.typed();
    const text = JSON.stringify(typed);
    const isNew = callSid !== this.#sentFor ? text !== JSON.stringify({ name: "", place: "", topic: "" }) : text !== this.#sent;
    if (!callSid || !isNew || this.#isSending) {
      return;
    }
    this.#isSending = true;
    try {
      await $.ajax({
        url: this.#url,
        method: "POST",
        contentType: "application/json",
        data: JSON.stringify({ call_sid: callSid, ...typed }),
        dataType: "json",
        timeout: TIMEOUT_MS,
      });
      [this.#sentFor, this.#sent] = [callSid, text];
      setText(this.#saved, ABOUT_WORDS.sent);
    } catch (reply) {
      setText(this.#saved, reply.responseJSON?.error ?? ABOUT_WORDS.failed); // the next answer about the call tries again
    } finally {
      this.#isSending = false;
    }
  }

  /** What is typed now: {name, place, topic}. */
  typed() {
    return Object.fromEntries(FIELDS.map((name) => [name, this.#form.elements[name].value]));
  }
}
