/* Single-key shortcuts for the desk. They can be switched off, since a stray key must never reach the air. */

const SETTING = "callin.desk.keys";
const WRITTEN_IN = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])";

/**
 * `actions` maps a key ("c", "H" with Shift, "arrowdown") to what it does; one that returns false leaves the key to the
 * browser. `box` is the checkbox that switches them.
 */
export function listenForKeys(actions, box) {
  box.checked = read() !== "off";
  $(box).on("change", () => write(box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
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

function read() {
  try {
    return localStorage.getItem(SETTING);
  } catch {
    return null;
  }
}

function write(value) {
  try {
    localStorage.setItem(SETTING, value);
  } catch {
    // Storage may be switched off: the choice then lasts until the page is left.
  }
}
