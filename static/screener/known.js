/* What we know of the number of the caller in talk: who was heard at it, notes, the list it is on, and earlier calls. */

import { showBadges } from "../cards/about.js";
import { Draft } from "../cards/draft.js";
import { Field } from "../cards/field.js";
import { badgesOf } from "../cards/words.js";
import { send } from "../shared/send.js";
import { setAria, setHidden, setText } from "../shared/text.js";
import { NO_ANSWER } from "../shared/words.js";
import { historyItem, personButton } from "./known-parts.js";

const URL = "/caller";
const TIMEOUT_MS = 5000;
const CALLS_SHOWN = 5;
const NOTHING = Object.freeze({ has_number: false, is_browser: false, people: [], history: [], notes: { text: "", revision: 0, by: "" } });

export class Known {
  #root;
  #write;
  #callSid = "";
  #call = null;
  #answer = NOTHING;
  #notes = null;
  #field;

  /** `write(field, value)` puts words on the open card. */
  constructor(root, write) {
    this.#root = root.querySelector("[data-known-of=call]");
    this.#write = write;
    this.#field = new Field(this.#part("notes"), () => this.#notes, () => this.#showNotes());
    for (const button of this.#standings) {
      $(button).on("click", () => this.#setStanding(button.dataset.standing, "standing-said"));
    }
    $(this.#part("block-browser")).on("click", () => this.#setStanding("blocked", "browser-said"));
  }

  /** Shows what the row says, and asks for the rest when it is another caller; null for nobody. */
  show(call) {
    const callSid = call?.call_sid ?? "";
    this.#call = call;
    if (callSid !== this.#callSid) {
      this.#notes?.save();
      this.#callSid = callSid;
      this.#take(NOTHING);
      if (callSid) {
        this.#ask(callSid);
      }
    }
    if (call) {
      this.#showRow(call);
    }
  }

  #showRow(call) {
    const badges = badgesOf(call);
    showBadges(this.#part("badges"), badges);
    setHidden(this.#part("nothing"), this.#answer.is_browser || badges.length + this.#answer.people.length > 0);
    for (const button of this.#standings) {
      setAria(button, "pressed", button.dataset.standing === call.known?.standing);
    }
    setAria(this.#part("block-browser"), "pressed", call.known?.standing === "blocked");
  }

  async #ask(callSid) {
    try {
      const answer = await $.ajax({ url: URL, data: { call_sid: callSid }, dataType: "json", timeout: TIMEOUT_MS });
      if (callSid === this.#callSid) {
        this.#take(answer);
      }
    } catch {
      // The row already shows what matters most; the rest is a convenience.
    }
  }

  #take(answer) {
    this.#answer = { ...NOTHING, ...answer };
    const { has_number: hasNumber, is_browser: isBrowser, people, history, notes } = this.#answer;
    this.#part("people").replaceChildren(...people.map((person) => personButton(person, (name, place) => this.#isPerson(name, place))));
    setHidden(this.#part("people"), people.length === 0);
    this.#part("history").replaceChildren(...history.slice(0, CALLS_SHOWN).map(historyItem));
    setHidden(this.#part("more"), !hasNumber);
    setHidden(this.#part("browser"), !isBrowser);
    setText(this.#part("standing-said"), "");
    setText(this.#part("browser-said"), "");
    this.#notes = hasNumber ? this.#draft(this.#callSid) : null;
    this.#notes?.update(notes.text, notes.revision, notes.by);
    this.#showNotes();
    if (this.#call) {
      this.#showRow(this.#call);
    }
  }

  #draft(callSid) {
    return new Draft({
      send: (notes, base) => send(`${URL}/notes`, { call_sid: callSid, notes, base }),
      changed: () => this.#showNotes(),
    });
  }

  #showNotes() {
    if (this.#notes) {
      this.#field.show(this.#notes);
    }
    const text = this.#notes?.text ?? "";
    setText(this.#part("notes-read"), text);
    setHidden(this.#part("notes-read"), !text);
  }

  #isPerson(name, place) {
    this.#write("name", name);
    this.#write("place", place);
  }

  /** On the list, or off it where the caller is on it already. `said` names the place for what the app says of it. */
  async #setStanding(chosen, said) {
    const callSid = this.#callSid;
    const standing = this.#call.known?.standing === chosen ? "" : chosen;
    const answer = await send(`${URL}/standing`, { call_sid: callSid, standing });
    if (callSid === this.#callSid) {
      setText(this.#part(said), answer.sentence || NO_ANSWER);
    }
  }

  get #standings() {
    return this.#root.querySelectorAll("[data-standing]");
  }

  #part(name) {
    return this.#root.querySelector(`[data-known="${name}"]`);
  }
}
