/* Keeps the keyboard's place in a list that changes under it, and moves it from caller to caller. */

const TAKEABLE = "[data-part=take]:not([hidden])";

export class FocusKeeper {
  #list;
  #last = "";

  /** `list` holds rows with the class `caller`, perhaps in lists of their own, each with a button that may be hidden. */
  constructor(list) {
    this.#list = list;
    $(list).on("focusin", (event) => {
      this.#last = event.target.closest(".caller")?.dataset.callSid ?? this.#last;
    });
  }

  /** Where the focus is, before the list changes; null when it is elsewhere. */
  note() {
    const row = this.#rowInFocus();
    return row && { row, element: document.activeElement, index: this.#rows.indexOf(row) };
  }

  /**
   * Puts the focus back where it was. When its button or its row is gone, a row has it, and never the button of somebody
   * else: a key that was meant for one caller must not take another.
   */
  restore(place) {
    if (!place || (document.activeElement === place.element && !place.element.hidden)) {
      return;
    }
    const rows = this.#rows;
    const row = place.row.isConnected ? place.row : rows[Math.min(place.index, rows.length - 1)];
    const isThere = place.element.isConnected && !place.element.hidden;
    (isThere ? place.element : row)?.focus({ preventScroll: true });
  }

  move(step) {
    const buttons = [...this.#list.querySelectorAll(TAKEABLE)];
    if (!buttons.length) {
      return false;
    }
    const row = this.#rowInFocus();
    const rows = this.#rows;
    const from = row ? rows.indexOf(row) : -1;
    const placeOf = (button) => rows.indexOf(button.closest(".caller"));
    let button = buttons.find((one) => one.closest(".caller").dataset.callSid === this.#last) ?? buttons[0];
    if (row) {
      button = step > 0 ? buttons.find((one) => placeOf(one) > from) : buttons.findLast((one) => placeOf(one) < from);
    }
    button?.focus();
    return true;
  }

  press() {
    const button = this.#rowInFocus()?.querySelector(TAKEABLE);
    if (!button || document.activeElement !== button) {
      return false;
    }
    button.click();
    return true;
  }

  get #rows() {
    return [...this.#list.querySelectorAll(".caller")];
  }

  #rowInFocus() {
    return this.#list.contains(document.activeElement) ? document.activeElement.closest(".caller") : null;
  }
}
