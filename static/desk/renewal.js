/* A desk's call lives four hours at most at Twilio: the page begins a new one in good time, when nobody would notice. */

import { Stage } from "../shared/stage.js";

const RENEW_AFTER_MS = 3.5 * 3600 * 1000;

/** Whether to renew the call now: nobody is on the air or about to be, and nobody would come by surprise. */
export function isDueForRenewal({ phone, air, press, isLive }) {
  const isOld = phone.stage === Stage.CONNECTED && Date.now() - phone.connectedAt > RENEW_AFTER_MS;
  const isQuiet = !air.desk.on_air && !air.desk.claimed && !air.desk.pending && !air.desk.idle && !press.isResting;
  return isOld && isLive && isQuiet && air.seat === "mine";
}
