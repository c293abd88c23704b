/* The card of a caller on the air, in a drawer over the list: opened by the line's button or W, or carried over from the list. */

import { RowCard } from "../cards/row-card.js";

export class AirCards {
  #lines;
  #drawer;
  #card;

  /** `lines` are the LineCards of the page; `cards` are the page's cards. */
  constructor(root, cards, lines) {
    this.#lines = lines;
    this.#drawer = root.querySelector("[data-air-card]");
    const place = this.#drawer.querySelector("[data-air-card-fields]");
    this.#card = new RowCard({ get: (callSid) => this.#rowOf(callSid) }, cards, "air", place);
    for (const line of lines) {
      $(line.edit).on("click", () => this.#card.toggle(this.#row(line)));
    }
    $(this.#drawer.querySelector("[data-air-card-close]")).on("click", () => this.#close());
    $(this.#drawer).on("keydown", (event) => {
      if (event.key === "Escape" && !event.target.matches("input, textarea")) {
        this.#close();
      }
    });
  }

  /** A call is on the air no longer: its card closes. */
  update() {
    const { callSid } = this.#card;
    if (callSid && !this.#rowOf(callSid)) {
      this.#card.close();
    }
  }

  /** Opens the card of the call on the air; `field` has the keyboard. False when that call is on no line. */
  open(callSid, field) {
    const row = this.#rowOf(callSid);
    if (row) {
      this.#card.open(row, field);
    }
    return Boolean(row);
  }

  showCard(callSid) {
    this.#card.show(callSid);
  }

  #close() {
    const row = this.#rowOf(this.#card.callSid);
    this.#card.close();
    row?.edit.focus();
  }

  #rowOf(callSid) {
    const line = this.#lines.find(({ call }) => call?.call_sid === callSid);
    return line && this.#row(line);
  }

  #row({ call, edit }) {
    return { call, edit, card: this.#drawer };
  }
}
