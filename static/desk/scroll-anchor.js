/* Keeps the row under the pointer, or with the focus, where it is on the screen while the list changes around it. */

const RELEASE_MS = 200;

export class ScrollAnchor {
  #list;
  #pointed = null;
  #space = 0;

  /** `list` holds the rows. */
  constructor(list) {
    this.#list = list;
    $(list).on("pointerover", (event) => {
      this.#pointed = event.pointerType === "mouse" ? event.target.closest(".caller") : null;
    });
    $(list).on("pointerleave", () => {
      this.#pointed = null;
      this.#release();
    });
    $(list).on("focusout", (event) => list.contains(event.relatedTarget) || this.#release());
  }

  /** Before the list changes: the row that is to stay, and where it is; null when none is. */
  note() {
    const focused = document.activeElement?.closest(".caller");
    const row = [this.#pointed, focused].find((one) => one && this.#list.contains(one));
    return row ? { row, top: row.getBoundingClientRect().top } : null;
  }

  /** After the list has changed: puts that row back where it was, unless it has left the list. */
  restore(place) {
    if (!place?.row.isConnected) {
      return;
    }
    const off = () => place.row.getBoundingClientRect().top - place.top;
    this.#leave(Math.max(0, this.#space - Math.max(0, off()))); // first what was left above the rows
    this.#scroller.scrollTop += off();
    this.#leave(Math.max(0, this.#space - off())); // where the list cannot be scrolled so far
  }

  /** Leaves this much room above the rows. */
  #leave(pixels) {
    if (Math.abs(pixels - this.#space) >= 1) {
      this.#space = pixels;
      this.#list.style.paddingTop = pixels ? `${pixels}px` : "";
    }
  }

  /** Nobody is about to press here: the room above closes. */
  #release() {
    const stays = this.#list.contains(document.activeElement) || this.#pointed;
    if (!this.#space || stays) {
      return;
    }
    const from = `${this.#space}px`;
    this.#leave(0);
    if (window.matchMedia("(prefers-reduced-motion: no-preference)").matches) {
      this.#list.animate({ paddingTop: [from, "0px"] }, { duration: RELEASE_MS, easing: "ease-out" });
    }
  }

  get #scroller() {
    const view = this.#list.closest("[data-list-view]");
    return view && view.scrollHeight > view.clientHeight && getComputedStyle(view).overflowY !== "visible" ? view : document.scrollingElement;
  }
}
