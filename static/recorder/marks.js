/* Which calls are in a recording that this browser keeps, for the pages that list calls. Only the browser knows: no recording leaves it. */

import { whatIsLacking } from "./browser.js";
import { listRecordings } from "./recordings.js";
import { RECORDED_LINK, addressOf } from "./words.js";

/** The address of each recorded call's recording, by CallSid. Empty in a browser that cannot record. */
export async function recordedCalls() {
  if (whatIsLacking()) {
    return new Map();
  }
  const recordings = await listRecordings().catch(() => []); // a private window gives no files
  return new Map(recordings.flatMap(({ id, calls }) => calls.map(({ callSid }) => [callSid, addressOf(id)])));
}

/** Shows the link to a recording in an element, or takes it out again if `address` is undefined. */
export function showRecorded(element, address) {
  const known = element.querySelector(".recorded");
  if (!address) {
    known?.remove();
    return;
  }
  const link = known ?? document.createElement("a");
  Object.assign(link, { className: "recorded", href: address, textContent: RECORDED_LINK });
  if (!known) {
    element.append(" ", link);
  }
}
