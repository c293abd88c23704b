/* What the listener types about their call: kept over a reload, and sent to the studio during a call. */

import { saysNo } from "../shared/send.js";
import { setText } from "../shared/text.js";
import { recallJson, remember } from "../shared/storage.js";
import { WORDS } from "./language.js";

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
    const kept = recallJson(KEPT) ?? {};
    for (const name of FIELDS) {
      form.elements[name].value ||= kept[name] ?? "";
    }
    $(form).on("input", () => remember(KEPT, JSON.stringify(this.typed())));
    $(form).on("submit", (event) => event.preventDefault());
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
      setText(this.#saved, WORDS.about.sent);
    } catch (reply) {
      const refusal = saysNo(reply.status) ? reply.responseJSON?.error : undefined;
      setText(this.#saved, refusal ?? WORDS.about.failed); // the next answer about the call tries again
    } finally {
      this.#isSending = false;
    }
  }

  /** What is typed now: {name, place, topic}. */
  typed() {
    return Object.fromEntries(FIELDS.map((name) => [name, this.#form.elements[name].value]));
  }
}
