/* Writes text into elements, and only when it differs, so that nothing is announced or repainted needlessly. */

export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function setData(element, name, value) {
  if (element.dataset[name] !== value) {
    element.dataset[name] = value;
  }
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden) {
    element.hidden = hidden;
  }
}

/**
 * Switches a button off with aria-disabled, so that the keyboard still reaches it: a button with `disabled` loses the
 * focus, and cannot say why it does nothing.
 */
export function setOff(button, off) {
  const value = off ? "true" : "false";
  if (button.getAttribute("aria-disabled") !== value) {
    button.setAttribute("aria-disabled", value);
  }
}

export function isOff(button) {
  return button.getAttribute("aria-disabled") === "true";
}
