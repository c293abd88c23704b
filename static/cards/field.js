/* One field on the page: what is typed goes to its draft, and what somebody else wrote is shown below it. */

import { setHidden, setText } from "../shared/text.js";
import { notSaved, theirWords } from "./words.js";

export class Field {
  #inputs;
  #said;
  #words;
  #use;
  #problem;

  /**
   * `root` holds an input, a textarea or radio buttons, and the lines of cards/said.html. `draft()` is the field's draft as
   * it is just now, or null; `typed()` is called when somebody has typed.
   */
  constructor(root, draft, typed) {
    this.#inputs = [...root.querySelectorAll("input, textarea")];
    this.#said = root.querySelector("[data-field-said]");
    this.#words = root.querySelector("[data-field-words]");
    this.#use = root.querySelector("[data-field-use]");
    this.#problem = root.querySelector("[data-field-problem]");
    for (const input of this.#inputs) {
      $(input).on("input", () => {
        draft().type(input.value);
        typed();
      });
      $(input).on("blur", () => draft()?.save());
    }
    $(this.#use).on("click", () => {
      draft().useTheirs();
      this.focus();
    });
  }

  focus() {
    (this.#inputs.find((input) => input.checked) ?? this.#inputs[0]).focus();
  }

  show({ text, theirs, problem, isRefused, isUnsaved }) {
    for (const input of this.#inputs) {
      if (input.type === "radio") {
        input.checked = input.value === text;
      } else if (input.value !== text) {
        input.value = text;
      }
    }
    setHidden(this.#said, theirs === null);
    if (theirs) {
      const { told, use } = theirWords(theirs);
      setText(this.#words, told);
      setText(this.#use, use);
    }
    setText(this.#problem, problem && isUnsaved ? notSaved(problem, isRefused) : "");
  }
}
