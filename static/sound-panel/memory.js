/* What this browser's user has chosen for sound: devices by id and name, and how the microphone is treated. */

import { BROWSER, recallJson, remember } from "../shared/storage.js";

const KEY = "callin.desk.sound";

/**
 * {input, output, outputs, processing}: devices are {id, label} or null for the browser's own choice; outputs are those of single
 * lines by their names; processing is "headset" or "studio".
 */
export function recallSound(processing) {
  const nothing = { input: null, output: null, outputs: {}, processing };
  return { ...nothing, ...recallJson(KEY, BROWSER) };
}

export function rememberSound(choice) {
  remember(KEY, JSON.stringify(choice), BROWSER);
}
