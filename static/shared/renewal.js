/* A desk's call lives four hours at most at Twilio: the page begins a new one in good time, when nobody would notice. */

import { Stage } from "./stage.js";

const RENEW_AFTER_MS = 3.5 * 3600 * 1000;

/** Whether this phone's call should be renewed as soon as nobody would notice. */
export function isDueForRenewal(phone) {
  return phone.stage === Stage.CONNECTED && Date.now() - phone.connectedAt > RENEW_AFTER_MS;
}
