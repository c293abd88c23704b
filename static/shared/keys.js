/* Single-key shortcuts for the desk. They can be switched off, since a stray key must never reach the air. */

import { BROWSER, recall, remember } from "./storage.js";

const SETTING = "callin.desk.keys";
const WRITTEN_IN = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])";
const TYPED_ON_MS = 1500; // fingers go on for a moment

let lastField = null; // the one that had the keyboard last, unless it was left on purpose
let goneAt = 0; // when it went, or the last key after that; 0 while it is there
const watcher = new ResizeObserver(noteGone);

/**
 * `actions` maps a key ("c", "H" with Shift, "arrowdown") to what it does; one that returns false leaves the key to the
 * browser. `box` is the checkbox that switches them.
 */
export function listenForKeys(actions, box) {
  box.checked = recall(SETTING, BROWSER) !== "off";
  $(box).on("change", () => remember(SETTING, box.checked ? "on" : "off", BROWSER));
  document.addEventListener("pointerdown", () => {
    lastField = null;
  });
  document.addEventListener("focusin", ({ target }) => target.matches(WRITTEN_IN) && watch(target));
  document.addEventListener("keydown", (event) => {
    if (isTypedOn(event)) {
      event.preventDefault();
      return;
    }
    if (event.repeat && event.key === "Enter" && event.target.closest?.("button")) {
      event.preventDefault(); // held down, it would press again and again
      return;
    }
    if (event.key === "Escape" && event.target.matches("input, textarea")) {
      leave(event.target);
      return;
    }
    if (!box.checked || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event)) {
      return;
    }
    const act = actions[event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()];
    if (act && act() !== false) {
      event.preventDefault();
    }
  });
}

function watch(entered) {
  [lastField, goneAt] = [entered, 0];
  watcher.disconnect();
  watcher.observe(lastField);
}

function noteGone() {
  if (lastField && lastField.getClientRects().length === 0) {
    goneAt ||= Date.now();
  }
}

/** Whether the key was still meant for a field that has gone, as the card does when its caller hangs up. */
function isTypedOn({ key }) {
  if (key === "Escape" || key === "Tab") {
    lastField = null;
  }
  noteGone();
  if (!lastField || !goneAt || Date.now() - goneAt > TYPED_ON_MS) {
    return false;
  }
  goneAt = Date.now();
  return key.length === 1 || key === "Enter";
}

/** Leaves a field, for its row if it has one: what is written is saved, and the keys work again. */
function leave(field) {
  const row = field.closest(".caller, .left-caller, [data-air-card]");
  if (row) {
    row.focus({ preventScroll: true });
  } else {
    field.blur();
  }
}

/** Whether the key is meant for what is written or chosen just now, or for a dialog or a menu. */
function isElsewhere({ target, key }) {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  const isChoosing = target.matches("input:is([type=radio], [type=range])") && key.startsWith("Arrow");
  return isChoosing || target.closest("dialog[open], [popover]") !== null || target.matches(WRITTEN_IN);
}
