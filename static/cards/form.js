/* A card's fields on the page, for one call at a time. */

import { setData, setText } from "../shared/text.js";
import { FIELDS } from "./cards.js";
import { Field } from "./field.js";
import { SAVED_WORDS } from "./words.js";

export class CardForm {
  #root;
  #cards;
  #drafts = null;
  #fields;
  /** The CallSid of the call whose card it is; "" for none. */
  callSid = "";

  /** `root` is a copy of the template of cards/form.html; `name` tells its radio buttons from another form's. */
  constructor(root, cards, name) {
    this.#root = root;
    this.#cards = cards;
    const bound = (field) => {
      const place = root.querySelector(`[data-field="${field}"]`);
      return new Field(place, () => this.#drafts?.[field] ?? null, () => this.show());
    };
    const asked = FIELDS.filter((field) => root.querySelector(`[data-field="${field}"]`)); // not every page asks for all
    this.#fields = Object.fromEntries(asked.map((field) => [field, bound(field)]));
    for (const radio of root.querySelectorAll("input[type=radio]")) {
      radio.name = `${name}-quality`;
    }
  }

  /** Shows this call's card. */
  open(callSid) {
    if (callSid !== this.callSid) {
      this.callSid = callSid;
      this.#drafts = callSid ? this.#cards.of(callSid) : null;
      this.show();
    }
  }

  /** Puts the keyboard into this field. */
  focus(field = "name") {
    this.#fields[field].focus();
  }

  /** Writes as if somebody had typed it. */
  write(field, value) {
    this.#drafts[field].type(value);
    this.#drafts[field].save();
    this.show();
  }

  show() {
    if (!this.#drafts) {
      return;
    }
    for (const [field, shown] of Object.entries(this.#fields)) {
      shown.show(this.#drafts[field]);
    }
    const unsaved = Object.values(this.#drafts).filter((draft) => draft.isUnsaved);
    const saved = unsaved.some((draft) => draft.isRefused) ? "refused" : unsaved.length > 0 ? "no" : "yes";
    setData(this.#root, "saved", saved);
    setText(this.#root.querySelector("[data-card-state]"), SAVED_WORDS[saved]);
  }
}
