/* The list of all keys: a dialog, which takes the keyboard while it is open and gives the focus back when it closes. */

export class KeysPanel {
  #dialog = document.querySelector("[data-keys-panel]");

  constructor() {
    this.#dialog.querySelector("[data-keys-close]").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close()); // beside it
    this.#dialog.addEventListener("keydown", (event) => {
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
