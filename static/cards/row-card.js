/* The card that is open in a list: one at a time, below its caller's row. */

import { setHidden } from "../shared/text.js";
import { CardForm } from "./form.js";

export class RowCard {
  #rows;
  #element;
  #form;

  /** `rows` are the rows of the list `name`, each with the parts "edit" (its button) and "card" (where the fields go). */
  constructor(rows, cards, name) {
    this.#rows = rows;
    this.#element = document.querySelector("[data-card-form]").content.firstElementChild.cloneNode(true);
    this.#form = new CardForm(this.#element, cards, name);
  }

  /** Opens the card in this row, or closes it. */
  toggle(row) {
    if (row.card.hidden) {
      this.open(row);
    } else {
      this.#close();
    }
  }

  /** Opens the card in this row, with the keyboard in its first field. */
  open(row) {
    if (row.card.hidden) {
      this.#close();
      row.card.append(this.#element);
      setHidden(row.card, false);
      row.edit.setAttribute("aria-expanded", "true");
      this.#form.open(row.call.call_sid);
    }
    this.#form.focus();
  }

  /** Does the same in the row that has the focus; false when no row has it. */
  toggleFocused() {
    const row = this.#rows.get(document.activeElement?.closest(".caller")?.dataset.callSid);
    if (row) {
      this.toggle(row);
    }
    return Boolean(row);
  }

  /** The row is about to be taken out of the list. */
  leaving(row) {
    if (row.call.call_sid === this.#form.callSid) {
      this.#close();
    }
  }

  /** The card of this call has changed: shown if it is open. */
  show(callSid) {
    if (callSid === this.#form.callSid) {
      this.#form.show();
    }
  }

  #close() {
    const open = this.#rows.get(this.#form.callSid);
    if (open) {
      setHidden(open.card, true);
      open.edit.setAttribute("aria-expanded", "false");
    }
    this.#element.remove();
    this.#form.open("");
  }
}
