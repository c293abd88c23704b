/* Drawers: what opens over the page and moves nothing. A press elsewhere, or Escape, closes one again. */

/** For the `<details data-drawer>` of the page. */
export function closeDrawersByThemselves() {
  for (const drawer of document.querySelectorAll("details[data-drawer]")) {
    document.addEventListener("pointerdown", (event) => {
      if (!drawer.contains(event.target)) {
        drawer.open = false;
      }
    });
    $(drawer).on("keydown", (event) => {
      if (event.key === "Escape" && !event.target.matches("input")) {
        drawer.open = false;
        drawer.querySelector("summary").focus();
      }
    });
  }
}
