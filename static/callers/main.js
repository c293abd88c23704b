/* A caller's page: marks the calls that are in a recording of this browser. */

import { recordedCalls, showRecorded } from "../recorder/marks.js";

const calls = await recordedCalls();
for (const element of document.querySelectorAll("[data-call-sid]")) {
  showRecorded(element, calls.get(element.dataset.callSid));
}
