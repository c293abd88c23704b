/* A card's fields on the page, for one call at a time: what is written goes to its drafts, what others write is shown. */

import { setData, setHidden, setText } from "../shared/text.js";
import { FIELDS } from "./cards.js";

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
    this.#fields = FIELDS.map((field) => this.#bound(field));
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

  /** Puts the keyboard into the first field. */
  focus() {
    this.#root.querySelector("[data-field=name] input").focus();
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
    for (const { field, inputs, said, words, use, problem } of this.#fields) {
      const draft = this.#drafts[field];
      setValue(inputs, draft.text);
      const { theirs } = draft;
      setHidden(said, theirs === null);
      if (theirs) {
        const value = theirs.value || "nothing";
        setText(words, theirs.isGone ? `Your words replaced what ${theirs.by} wrote: ${value}` : `${theirs.by} wrote: ${value}`);
        setText(use, theirs.isGone ? "Bring back" : "Use it");
      }
      setText(problem, draft.problem && draft.isUnsaved ? `Not saved yet: ${draft.problem} It is tried again.` : "");
    }
    const isUnsaved = FIELDS.some((field) => this.#drafts[field].isUnsaved);
    setData(this.#root, "saved", isUnsaved ? "no" : "yes");
    setText(this.#root.querySelector("[data-card-state]"), isUnsaved ? "Saving…" : "Saved as you type.");
  }

  #bound(field) {
    const root = this.#root.querySelector(`[data-field="${field}"]`);
    const inputs = [...root.querySelectorAll("input, textarea")];
    const bound = {
      field,
      inputs,
      said: root.querySelector("[data-field-said]"),
      words: root.querySelector("[data-field-words]"),
      use: root.querySelector("[data-field-use]"),
      problem: root.querySelector("[data-field-problem]"),
    };
    for (const input of inputs) {
      input.addEventListener("input", () => {
        this.#drafts[field].type(input.value);
        this.show();
      });
      input.addEventListener("blur", () => this.#drafts?.[field].save());
    }
    bound.use.addEventListener("click", () => {
      this.#drafts[field].useTheirs();
      inputs.find((input) => input.type !== "radio" || input.checked)?.focus();
    });
    return bound;
  }
}

function setValue(inputs, text) {
  for (const input of inputs) {
    if (input.type === "radio") {
      input.checked = input.value === text;
    } else if (input.value !== text) {
      input.value = text;
    }
  }
}
