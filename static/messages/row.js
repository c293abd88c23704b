/* One message in the list: made once, so that news of others never stops what is being played. */

import { isSureToDelete } from "../shared/delete-button.js";
import { setData, setHidden, setText } from "../shared/text.js";
import { callerLabel } from "../shared/words.js";
import { CHOOSE, NOBODY, cardLabel, heardWords, soundLabel, sourceWords, stateWords, whenWords, whoWords } from "./words.js";

export class MessageRow {
  #message;
  #part;
  #shownCallers = "";

  /** hooks: press(name, body), cannotPlay(). */
  constructor(template, page, message, hooks) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.#message = message;
    this.#part = (name) => this.element.querySelector(`[data-part="${name}"]`);
    const address = `${page.dataset.soundUrl}?id=${encodeURIComponent(message.id)}`;
    this.#sound(address, message, hooks);
    setHidden(this.#part("download"), !message.has_sound);
    this.#part("download").href = `${address}&download=1`;
    setHidden(this.#part("delete"), page.dataset.mayDelete !== "yes");
    setText(this.#part("card-label"), cardLabel(message));
    $(this.#part("heard")).on("click", () => hooks.press("heard", this.#body({ heard: !this.#message.heard_at })));
    $(this.#part("card")).on("click", () => {
      const callSid = this.#part("callers").value;
      if (callSid) {
        hooks.press("card", this.#body({ call_sid: callSid }));
      }
    });
    $(this.#part("delete")).on("click", (press) => {
      if (isSureToDelete(this.#part("delete"), press)) {
        hooks.press("delete", this.#body({}));
      }
    });
  }

  show(message) {
    this.#message = message;
    setData(this.element, "state", message.heard_at ? "heard" : "new");
    setText(this.#part("state"), stateWords(message));
    setData(this.#part("state"), "badge", message.heard_at ? "heard" : "new");
    setText(this.#part("who"), whoWords(message));
    setText(this.#part("source"), sourceWords(message));
    setText(this.#part("at"), whenWords(message.at));
    this.#part("at").dateTime = new Date(message.at * 1000).toISOString();
    setText(this.#part("topic"), message.topic);
    setText(this.#part("words"), message.text || message.transcript);
    setText(this.#part("heard"), heardWords(message));
  }

  /** The callers whose cards may get it; one with the message's own number is chosen. */
  showCallers(calls) {
    const labels = calls.map((call) => [call.position, call.card.name || call.known?.name || callerLabel(call.number)].filter(Boolean).join(". "));
    const key = JSON.stringify(calls.map((call, index) => [call.call_sid, labels[index]]));
    if (key === this.#shownCallers) {
      return;
    }
    this.#shownCallers = key;
    const select = this.#part("callers");
    const before = select.value;
    const options = calls.map((call, index) => new Option(labels[index], call.call_sid));
    select.replaceChildren(new Option(calls.length ? CHOOSE : NOBODY, ""), ...options);
    const isNumber = this.#message.number !== "withheld" && this.#message.number !== "browser";
    const own = isNumber ? calls.find((call) => call.number === this.#message.number)?.call_sid : "";
    select.value = calls.some((call) => call.call_sid === before) ? before : (own ?? "");
  }

  #sound(address, message, hooks) {
    const audio = this.#part("sound");
    if (!message.has_sound) {
      audio.remove();
      return;
    }
    audio.src = address;
    audio.setAttribute("aria-label", soundLabel(message));
    audio.addEventListener("ended", () => this.#message.heard_at || hooks.press("heard", this.#body({ heard: true })));
    audio.addEventListener("error", () => hooks.cannotPlay());
  }

  #body(more) {
    return { id: this.#message.id, ...more };
  }
}
