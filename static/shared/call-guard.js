/* Keeps a call from being ended by signing out. Before the page is left in any other way the browser asks: see sdk.js. */

import { HANG_UP_FIRST } from "./words.js";

/** `phone` is the page's phone; `say(sentence)` tells the person at the desk. */
export function guardCall(phone, say) {
  $("[data-sign-out]").on("submit", (event) => {
    if (phone.isInCall) {
      event.preventDefault();
      event.target.closest("[popover]").hidePopover(); // what is said stands below it
      say(HANG_UP_FIRST);
    }
  });
}
