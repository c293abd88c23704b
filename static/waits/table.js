/* A table that follows what is known: rows are kept by their key, cells are written only when they differ. */

import { putInOrder, setText } from "../shared/text.js";

export class Table {
  #body;
  #rows = new Map();

  constructor(table) {
    this.#body = table.tBodies[0];
  }

  /** Shows `rows`, [[key, cell, …]], in their order. The first cell heads its row. A cell is a text, or a link: {address, text}. */
  show(rows) {
    const wanted = new Set(rows.map(([key]) => key));
    for (const [key, row] of this.#rows) {
      if (!wanted.has(key)) {
        row.remove();
        this.#rows.delete(key);
      }
    }
    const elements = rows.map(([key, ...cells]) => {
      const row = this.#rows.get(key) ?? this.#make(key, cells.length);
      cells.forEach((content, index) => showCell(row.cells[index], content));
      return row;
    });
    putInOrder(this.#body, elements);
  }

  #make(key, count) {
    const row = document.createElement("tr");
    for (let index = 0; index < count; index += 1) {
      const cell = document.createElement(index ? "td" : "th");
      if (!index) {
        cell.scope = "row";
      }
      row.append(cell);
    }
    this.#rows.set(key, row);
    return row;
  }
}

function showCell(cell, content) {
  if (typeof content === "string") {
    setText(cell, content);
    return;
  }
  const link = cell.firstElementChild ?? cell.appendChild(document.createElement("a"));
  link.href = content.address;
  setText(link, content.text);
}

/** A section's button that shows its table in place of its chart. The table is there for screen readers all the while. */
export function tableToggle(section, changed) {
  const button = section.querySelector("[data-part=as-table]");
  const table = section.querySelector("[data-part=table]");
  $(button).on("click", () => {
    const isShown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isShown));
    section.dataset.view = isShown ? "table" : "chart";
    // A table that is wider than a phone is scrolled with the keyboard too; one that nobody sees is passed by.
    table.tabIndex = isShown ? 0 : -1;
    changed();
  });
}
