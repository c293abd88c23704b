/* The list of all keys: a dialog, which takes the keyboard while it is open and gives the focus back when it closes. */

export class KeysPanel {
  #dialog = document.querySelector("[data-keys-panel]");

  constructor() {
    $(this.#dialog.querySelector("[data-keys-close]")).on("click", () => this.#dialog.close());
    $(this.#dialog).on("click", (event) => {
      if (event.target === this.#dialog) {
        this.#dialog.close(); // a click beside it
      }
    });
    $(this.#dialog).on("keydown", (event) => {
      if (event.key === "?") {
        event.stopPropagation(); // else the page would open it again
        this.#dialog.close();
      }
    });
  }

  open() {
    if (!this.#dialog.open) {
      this.#dialog.showModal();
    }
  }
}
