/* The phone of a page that is a desk: as the page's element says, and silent while the page is left. */

import { Phone } from "./phone.js";

/** `root` holds the addresses and the settings; `more` are those of Phone that are this phone's own, its hooks among them. */
export function deskPhone(root, { changed, ...more }) {
  let isLeaving = false;
  // Before the SDK, which hangs up when the page is left: that is no end for the next page to hear of.
  window.addEventListener("pagehide", () => {
    isLeaving = true;
  });
  window.addEventListener("pageshow", (event) => {
    isLeaving = false;
    if (event.persisted) {
      changed(); // back from the browser's memory, without the call
    }
  });
  return new Phone({
    tokenUrl: root.dataset.tokenUrl,
    signallingHost: root.dataset.signallingHost,
    plainSound: root.dataset.deskSound === "studio",
    stayRegistered: true,
    changed: () => isLeaving || changed(),
    ...more,
  });
}
