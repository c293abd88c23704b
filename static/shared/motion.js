/* Lets rows glide to their new places and newcomers come up gently, where motion is welcome. */

const MILLISECONDS = 200;
const welcome = window.matchMedia("(prefers-reduced-motion: no-preference)");

/** Where these elements are now: to be handed to `glide` once they have moved. Null when nothing is to glide. */
export function placesOf(elements) {
  if (document.hidden || !welcome.matches) {
    return null;
  }
  return new Map(Array.from(elements, (element) => [element, element.getBoundingClientRect().top]));
}

/** Moves what is in sight from its places `before` to where it now is. */
export function glide(elements, before) {
  if (before === null || before.size === 0) {
    return;
  }
  const height = window.innerHeight;
  const isInSight = (top) => top > -height / 4 && top < height;
  // All places are read first, and then all rows set in motion: else the browser would lay out the page again for each row.
  const moves = Array.from(elements, (element) => ({ element, from: before.get(element), to: element.getBoundingClientRect().top }));
  for (const { element, from, to } of moves) {
    if (from === undefined) {
      if (isInSight(to)) {
        element.animate({ opacity: [0, 1] }, { duration: MILLISECONDS });
      }
    } else if (Math.abs(from - to) >= 1 && (isInSight(from) || isInSight(to))) {
      const start = `translateY(${Math.max(-height, Math.min(height, from - to))}px)`;
      element.animate({ transform: [start, "none"] }, { duration: MILLISECONDS, easing: "ease-out" });
    }
  }
}
