/* Which microphone and loudspeaker are in use: the chosen ones while they are there, else the next, and the chosen
   again once they are back. */

import { sharedAudioContext } from "../shared/sdk.js";

/**
 * How long a loudspeaker that was unplugged is left alone: Chromium keeps what it played into for 5 s, to use it again, and after
 * the plug it leads nowhere.
 */
export const UNUSED_MS = 6000;

const STANDING_FOR_OTHERS = new Set(["default", "communications"]);

/** The microphones, or the loudspeakers. When one in use goes, the SDK itself takes the browser's default, or the first. */
class Side {
  #hooks;
  #isLost = false;
  #lostAt = 0;
  #before = null; // what was in use; null until the browser has listed its devices
  /** {id, label} of the device that the DJ chose; null for the browser's own choice. */
  chosen = null;

  /**
   * hooks: available() returns the SDK's Map of devices; use(id); lost(label, next) and back(label), for a device in use;
   * unusedMs is how long one that was unplugged is left alone, none if it is left out.
   */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  /** The devices that can be chosen: [{deviceId, label}]. */
  get list() {
    return [...this.#hooks.available().values()].filter(({ deviceId }) => !STANDING_FOR_OTHERS.has(deviceId));
  }

  /** The chosen device, if it is plugged in: by its id, or by its name, for browsers that change ids. */
  get found() {
    return this.find(this.chosen);
  }

  /** The same for any {id, label}; null for null. */
  find(device) {
    const { id, label } = device ?? {};
    return this.list.find(({ deviceId }) => deviceId === id) ?? this.list.find((one) => one.label === label) ?? null;
  }

  /** The name of the device that the browser itself chooses; "" when there is none. */
  get defaultLabel() {
    const devices = this.#hooks.available();
    const device = devices.get("default") ?? [...devices.values()][0];
    return device ? device.label.replace(/^Default - /, "") : "";
  }

  /** Uses the chosen device, or the browser's choice. */
  async apply() {
    this.#isLost = this.chosen !== null && !this.found;
    this.#before = this.found?.label ?? this.defaultLabel;
    await this.#hooks.use(this.found?.deviceId ?? "default");
  }

  /** Devices were plugged in or out. */
  async changed() {
    const before = this.#before;
    const wasLost = this.#isLost;
    const unusedMs = wasLost && this.found ? this.#lostAt + (this.#hooks.unusedMs ?? 0) - Date.now() : 0;
    if (unusedMs > 0) {
      setTimeout(() => this.changed(), unusedMs);
      return;
    }
    this.#isLost = this.chosen !== null && !this.found;
    this.#lostAt = this.#isLost && !wasLost ? Date.now() : this.#lostAt;
    this.#before = this.found?.label ?? this.defaultLabel;
    if (wasLost && !this.#isLost) {
      await this.#hooks.use(this.found.deviceId);
      this.#hooks.back(this.#before);
    } else if (before === "" && this.#before) {
      await this.#hooks.use("default"); // there was none at all
    } else if (before !== null && before !== this.#before) {
      this.#hooks.lost(before, this.#before);
    }
  }
}

/**
 * Tells the SDK and the page of devices that come and go unannounced: a browser on Linux says nothing of those that the sound server
 * alone knows, such as a Bluetooth headset.
 */
class Lookout {
  #known = null;

  /** Looks once. */
  async look() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const found = devices.map(({ kind, deviceId, label }) => `${kind} ${deviceId} ${label}`).join("\n");
    if (this.#known !== null && found !== this.#known) {
      navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
    }
    this.#known = found;
  }
}

export class Devices {
  #audio = null;
  #lookout = new Lookout();
  #changed;
  #isInCall;
  #firstLine;
  input;
  output;

  /**
   * `hooks`: lostInput, backInput, lostOutput, backOutput as of a Side; isInCall(); firstLine(), the id of the loudspeaker of
   * the first line, "" for the main one; changed(), after every change.
   */
  constructor(hooks) {
    this.#changed = hooks.changed;
    this.#isInCall = hooks.isInCall;
    this.#firstLine = hooks.firstLine;
    this.input = new Side({
      available: () => this.#audio?.availableInputDevices ?? new Map(),
      use: (id) => this.#useInput(id),
      lost: hooks.lostInput,
      back: hooks.backInput,
    });
    this.output = new Side({
      available: () => this.#audio?.availableOutputDevices ?? new Map(),
      use: (id) => this.#useOutput(id),
      lost: hooks.lostOutput,
      back: hooks.backOutput,
      unusedMs: UNUSED_MS,
    });
  }

  /** `audio` is the SDK's AudioHelper of the Device that makes the calls, or null while there is none. */
  follow(audio) {
    if (audio && audio !== this.#audio) {
      this.#audio = audio;
      audio.on("deviceChange", () => this.#devicesChanged());
      this.#changed();
    }
  }

  get canChooseOutput() {
    return this.#audio?.isOutputSelectionSupported === true;
  }

  /** The loudspeaker in use, as `setSinkId` wants it. */
  get sinkId() {
    return this.output.found?.deviceId ?? "default";
  }

  /** Looks whether devices have come or gone, and whether the SDK uses the chosen microphone. */
  async look() {
    await this.#lookout.look();
    await this.#useChosenInput();
  }

  /**
   * After a plug the SDK opens the browser's default microphone anew, if that is the one in use, and may be done with it later than
   * with the chosen one, which is back.
   */
  async #useChosenInput() {
    const { found } = this.input;
    const { inputDevice } = this.#audio ?? {};
    if (found && inputDevice && inputDevice.deviceId !== found.deviceId) {
      await this.#useInput(found.deviceId).catch(() => {}); // the next look tries again
    }
  }

  /** Lets go of the microphone after a call. */
  async release() {
    await this.#audio?.unsetInputDevice();
  }

  async #devicesChanged() {
    await Promise.allSettled([this.input.changed(), this.output.changed()]);
    this.#changed();
  }

  /** Outside a call the SDK is given no microphone: it would hold on to it. */
  async #useInput(id) {
    if (this.#isInCall() && this.#audio?.availableInputDevices.has(id)) {
      await this.#audio.setInputDevice(id);
    }
  }

  async #useOutput(id) {
    if (this.canChooseOutput && this.#audio.availableOutputDevices.has(id)) {
      await this.#audio.speakerDevices.set(this.#firstLine() || id); // the SDK plays the first line while it is alone
      await sharedAudioContext().setSinkId?.(id === "default" ? "" : id); // several callers come through the page's own mixer
    }
  }
}
