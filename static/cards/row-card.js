/* The card that is open in a list: one at a time, below its caller's row. */

import { isOff, setHidden } from "../shared/text.js";
import { CardForm } from "./form.js";

export class RowCard {
  #rows;
  #place;
  #element;
  #form;
  #open = null;

  /**
   * `rows` are the rows of the list `name`, each with the parts "edit" (its button) and "card" (shown while it is open). The
   * fields go into `place`, or, without one, into the row's "card".
   */
  constructor(rows, cards, name, place = null) {
    this.#rows = rows;
    this.#place = place;
    this.#element = document.querySelector("[data-card-form]").content.firstElementChild.cloneNode(true);
    this.#form = new CardForm(this.#element, cards, name);
  }

  /** The CallSid of the call whose card is open; "" for none. */
  get callSid() {
    return this.#form.callSid;
  }

  /** The name of the field that has the keyboard; "" for none. */
  get fieldInFocus() {
    const focused = this.#element.contains(document.activeElement) && document.activeElement.closest("[data-field]");
    return focused ? focused.dataset.field : "";
  }

  /** Opens the card in this row, or closes it. */
  toggle(row) {
    if (row.call.call_sid === this.callSid) {
      this.close();
    } else {
      this.open(row);
    }
  }

  /** Opens the card in this row, with the keyboard in `field`, unless its button is off. */
  open(row, field = "name") {
    if (isOff(row.edit)) {
      return;
    }
    if (row.call.call_sid !== this.callSid) {
      this.close();
      (this.#place ?? row.card).append(this.#element);
      setHidden(row.card, false);
      row.edit.setAttribute("aria-expanded", "true");
      this.#open = row;
      this.#form.open(row.call.call_sid);
    }
    this.#form.focus(field);
  }

  /** Toggles the card of the row that has the focus; false when no row has it. */
  toggleFocused() {
    const row = this.#rows.get(document.activeElement?.closest(".caller")?.dataset.callSid);
    if (row) {
      this.toggle(row);
    }
    return Boolean(row);
  }

  /** The row is about to be taken out of the list. */
  leaving(row) {
    if (row.call.call_sid === this.callSid) {
      this.close();
    }
  }

  /** The card of this call has changed: shown if it is open. */
  show(callSid) {
    if (callSid === this.callSid) {
      this.#form.show();
    }
  }

  close() {
    if (this.#open) {
      setHidden(this.#open.card, true);
      this.#open.edit.setAttribute("aria-expanded", "false");
      this.#open = null;
    }
    this.#element.remove();
    this.#form.open("");
  }
}
