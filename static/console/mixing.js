/* When the page mixes: it opens the mixer for a second line or a recording, gives each line its channel, and closes it. */

import { sharedAudioContext } from "../shared/sdk.js";
import { Mixer } from "./mixer.js";

export const FIRST = "air";

export class Mixing {
  #first;
  #wantedMicrophone;
  #outputOf;
  /** The mixer; null while the page does not mix. */
  mixer = null;
  /** Whether the page is to mix though nobody is there. */
  isKept = false;

  /** `first` is the phone of the first line; for the others see `Lines`. */
  constructor({ first, wantedMicrophone, outputOf }) {
    this.#first = first;
    this.#wantedMicrophone = wantedMicrophone;
    this.#outputOf = outputOf;
  }

  /** Opens the mixer, and has the first line's call go through it. Rejects when there is no microphone. */
  async open() {
    if (this.mixer) {
      await this.mixer.open();
      return;
    }
    const ask = () => navigator.mediaDevices.getUserMedia({ audio: this.#wantedMicrophone() });
    const mixer = new Mixer(sharedAudioContext(), ask);
    await mixer.open();
    this.mixer = mixer;
    const { muted } = this.#first;
    mixer.muteMicrophone(muted);
    await this.#first.sendThrough({ createProcessedStream: async () => mixer.channel(FIRST).stream(), destroyProcessedStream: async () => {} });
    this.#first.mute(muted); // from now on the mixer mutes, so that the callers still hear each other
  }

  /**
   * Gives each channel what comes from its caller. The page stops mixing when no call is up any more.
   * `lines` are all lines, {name, phone, desk, joining}: `joining` is the caller that is being added, if there is one.
   */
  follow(lines) {
    if (!this.mixer) {
      return;
    }
    for (const line of lines) {
      this.#feed(line);
    }
    this.mixer.muteMicrophone(this.#first.muted);
    this.mixer.apply();
    const isWanted = this.isKept || lines.some(({ joining }) => joining);
    if (!isWanted && lines.every(({ phone }) => !phone.isInCall)) {
      this.#first.mute(false);
      this.mixer.close();
      this.mixer = null;
      this.#first.sendThrough(null);
    }
  }

  #feed({ name, phone, desk }) {
    const channel = this.mixer.channel(name);
    const stream = phone.isInCall ? phone.remoteStream : null;
    const isThere = Boolean(stream?.getAudioTracks().length);
    channel.hear(isThere ? stream : null);
    phone.isSilenced = isThere;
    channel.caller = desk?.on_air ?? "";
    channel.isOnAir = Boolean(desk?.on_air) && desk.leg === phone.callSid;
    if (!channel.isOnAir) {
      channel.isCued = false;
    }
    channel.output.use(this.#outputOf(name, channel.isCued));
  }
}
