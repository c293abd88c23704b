/* A list of devices to choose from. */

import { notThere } from "./words.js";

/** The device that is chosen in a list of devices, {id, label}; null for the first entry. */
export function chosenIn(select, { list }) {
  const device = list.find(({ deviceId }) => deviceId === select.value);
  return device ? { id: device.deviceId, label: device.label } : null;
}

/** Fills a list of devices; `first` is the entry for none of them. */
export function showDevices(select, { list, chosen, found }, first) {
  const options = [["", first], ...list.map(({ deviceId, label }) => [deviceId, label])];
  if (chosen && !found) {
    options.push([chosen.id, notThere(chosen.label)]);
  }
  const key = JSON.stringify(options);
  if (select.dataset.options !== key) {
    select.dataset.options = key;
    select.replaceChildren(...options.map(([value, label]) => new Option(label, value)));
  }
  select.value = found?.deviceId ?? chosen?.id ?? "";
}
