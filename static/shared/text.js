/* Changes elements, and only where they differ, so that nothing is announced or repainted needlessly. */

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

/** Sets `aria-…`: `name` is what follows the hyphen, `value` a text or a boolean. */
export function setAria(element, name, value) {
  const text = String(value);
  if (element.getAttribute(`aria-${name}`) !== text) {
    element.setAttribute(`aria-${name}`, text);
  }
}

/**
 * Switches a button off with aria-disabled, so that the keyboard still reaches it: a button with `disabled` loses the
 * focus, and cannot say why it does nothing.
 */
export function setOff(button, off) {
  setAria(button, "disabled", off);
}

export function isOff(button) {
  return button.getAttribute("aria-disabled") === "true";
}

/** Puts `elements` into `list` in their order, and moves none that stands where it should. */
export function putInOrder(list, elements) {
  let next = list.firstElementChild;
  for (const element of elements) {
    if (element === next) {
      next = next.nextElementSibling;
    } else {
      list.insertBefore(element, next);
    }
  }
}
