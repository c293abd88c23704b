/* What this browser's user has chosen for sound: devices by id and name, and how the microphone is treated. */

const KEY = "callin.desk.sound";

/**
 * {input, output, outputs, processing}: devices are {id, label} or null for the browser's own choice; outputs are those of single
 * lines by their names; processing is "headset" or "studio".
 */
export function recallSound(processing) {
  const nothing = { input: null, output: null, outputs: {}, processing };
  try {
    return { ...nothing, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return nothing; // nothing is stored, or storage is switched off
  }
}

export function rememberSound(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Storage may be switched off: the choice then lasts until the page is left.
  }
}
