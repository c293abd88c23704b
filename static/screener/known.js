/* What we know of the number of the caller in talk: who was heard at it, notes, and how often they were on. */

import { showBadges } from "../cards/about.js";
import { badgesOf, dayOf } from "../cards/words.js";
import { setHidden, setText } from "../shared/text.js";

const URL = "/caller";
const TIMEOUT_MS = 5000;

export class Known {
  #root;
  #write;
  #callSid = "";

  /** `write(field, value)` puts words on the open card. */
  constructor(root, write) {
    this.#root = root;
    this.#write = write;
  }

  /** Shows what the row says, and asks for the rest when it is another caller; null for nobody. */
  show(call) {
    const callSid = call?.call_sid ?? "";
    if (call) {
      const badges = badgesOf(call);
      showBadges(this.#part("badges"), badges);
      setHidden(this.#part("nothing"), badges.length > 0 || !this.#part("people").hidden);
    }
    if (callSid !== this.#callSid) {
      this.#callSid = callSid;
      this.#showMore({});
      if (callSid) {
        this.#ask(callSid);
      }
    }
  }

  async #ask(callSid) {
    try {
      const answer = await $.ajax({ url: URL, data: { call_sid: callSid }, dataType: "json", timeout: TIMEOUT_MS });
      if (callSid === this.#callSid) {
        this.#showMore(answer);
      }
    } catch {
      // The row has told what matters most; the rest is a convenience.
    }
  }

  #showMore({ people, notes }) {
    const words = (typeof notes === "string" ? notes : notes?.text) ?? "";
    setText(this.#part("notes"), words);
    setHidden(this.#part("notes"), !words);
    const list = people ?? [];
    this.#part("people").replaceChildren(...list.map((person) => this.#button(person)));
    setHidden(this.#part("people"), list.length === 0);
    if (list.length) {
      setHidden(this.#part("nothing"), true);
    }
  }

  #button({ name, place, last_at: at }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small person";
    button.textContent = `It is ${[name, place].filter(Boolean).join(", ")}`;
    if (at) {
      const last = document.createElement("span");
      last.textContent = `last ${dayOf(at)}`;
      button.append(" ", last);
    }
    button.addEventListener("click", () => {
      this.#write("name", name ?? "");
      this.#write("place", place ?? "");
    });
    return button;
  }

  #part(name) {
    return this.#root.querySelector(`[data-known="${name}"]`);
  }
}
