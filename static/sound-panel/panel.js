/* The sound panel: which devices, how the microphone is treated, a test tone, meters, and hearing oneself off the air. */

import { audioConstraints, sharedAudioContext } from "../shared/sdk.js";
import { isOff, setAria, setData, setOff, setText } from "../shared/text.js";
import { FIRST } from "../console/mixing.js";
import { numberOf } from "../console/words.js";
import { chosenIn, showDevices } from "./device-list.js";
import { Devices } from "./devices.js";
import { LineSound } from "./line-sound.js";
import { recallSound, rememberSound } from "./memory.js";
import { Meter } from "./meter.js";
import { Microphone } from "./microphone.js";
import { CUE, Outputs } from "./outputs.js";
import { playStream, playTone } from "./tone.js";
import * as words from "./words.js";

const TICK_MS = 50;
const LOOK_MS = 1000; // the SDK samples a line once a second

export class SoundPanel {
  #panel;
  #phone;
  #lines;
  #say;
  #choice;
  #devices;
  #microphone = new Microphone();
  #outputs;
  #input;
  #lineSounds = new Map();
  #stopHearing = null;
  #hadCall = false;

  /**
   * `phone` is the first line's, `lines` the others, with the mixer; `meterOf(name)` is where the level is drawn on a line's card;
   * `say(sentence)` tells the DJ at once.
   */
  constructor(root, { phone, lines, meterOf, say }) {
    this.#lines = lines;
    this.#panel = root.querySelector("[data-sound-panel]");
    this.#phone = phone;
    this.#say = say;
    this.#choice = recallSound(root.dataset.deskSound);
    phone.setPlainSound(this.#choice.processing === "studio");
    const bars = (name) => root.querySelectorAll(`[data-sound-meter="${name}"]`);
    this.#input = new Meter([...bars("input")]);
    for (const [name, one] of [[FIRST, phone], ...lines.phones]) {
      this.#lineSounds.set(name, new LineSound(one, [...bars(name), meterOf(name)]));
    }
    const inCall = (sentence) => phone.isInCall && say(sentence);
    this.#devices = new Devices({
      lostInput: (...labels) => inCall(words.inputLost(...labels)),
      backInput: (label) => inCall(words.inputBack(label)),
      lostOutput: (...labels) => inCall(words.outputLost(...labels)),
      backOutput: (label) => inCall(words.outputBack(label)),
      isInCall: () => phone.isInCall,
      firstLine: () => this.#outputs.sinkOf(FIRST),
      changed: () => this.#devicesChanged(),
    });
    const changed = (sentence) => {
      this.#lines.apply();
      this.#devices.output.apply(); // the first line's may be the SDK's
      inCall(sentence);
    };
    this.#outputs = new Outputs(this.#choice.outputs, this.#devices, {
      lost: (name, label) => changed(words.outputOfLineLost(numberOfOutput(name), label)),
      back: (name, label) => changed(words.outputOfLineBack(numberOfOutput(name), label)),
    });
    this.#devices.input.chosen = this.#choice.input;
    this.#devices.output.chosen = this.#choice.output;
    this.#bind();
    this.#show();
    setInterval(() => this.#tick(), TICK_MS);
    setInterval(() => this.#look(), LOOK_MS);
  }

  /** Just before the page's call: it gets the microphone and the loudspeaker that were chosen. */
  async beforeCall() {
    this.#hearNothing();
    this.#microphone.close();
    await Promise.allSettled([this.#choice.input && this.#devices.input.apply(), this.#devices.output.apply()]);
  }

  /** The phone has changed: a call is up, or over, or the Device is another. */
  phoneChanged() {
    this.#devices.follow(this.#phone.audio);
    const isInCall = this.#phone.isInCall;
    if (this.#hadCall && !isInCall) {
      this.#devices.release();
      this.#openMicrophone();
    }
    this.#hadCall = isInCall;
    this.#show();
  }

  /** The callers on the air now: `callerOf(name)` is the CallSid of a line's, "" for nobody. */
  update(callerOf) {
    for (const [name, sound] of this.#lineSounds) {
      sound.update(callerOf(name));
    }
  }

  /** The id of the loudspeaker on which the DJ hears a line, "" for the main one. */
  outputOf(name, isCued) {
    return this.#outputs.sinkOf(name, isCued);
  }

  /** What the browser is to be asked for, as constraints of getUserMedia. */
  get wantedMicrophone() {
    const device = this.#devices.input.found;
    const treated = audioConstraints(this.#choice.processing === "studio");
    return device ? { ...treated, deviceId: { exact: device.deviceId } } : treated;
  }

  /** What is wrong with the sound of the call in progress; "" for nothing. */
  get warning() {
    if (!this.#phone.isAnswered) {
      return "";
    }
    if (this.#input.isClipping) {
      return words.TOO_LOUD;
    }
    if (this.#input.isSilent && !this.#phone.muted) {
      return words.SILENT;
    }
    const isAlone = !this.#lines.isInUse;
    const told = [...this.#lineSounds].map(([name, sound]) => sound.warning(words.callerOn(numberOf(name), isAlone)));
    return told.find((sentence) => sentence) ?? "";
  }

  #bind() {
    $(this.#panel).on("toggle", () => this.#openMicrophone());
    for (const name of ["input", "output"]) {
      $(this.#part(name)).on("change", () => this.#choose(name));
    }
    for (const radio of this.#panel.querySelectorAll("[name=processing]")) {
      $(radio).on("change", () => this.#setProcessing(radio.value));
    }
    $(this.#panel).on("change", "[data-sound-output]", ({ currentTarget }) => this.#chooseOutput(currentTarget));
    $(this.#part("tone")).on("click", () => playTone(this.#context(), this.#devices.sinkId));
    $(this.#part("hear")).on("click", () => this.#pressHear());
  }

  /** A line, or cue, comes out on a loudspeaker of its own. */
  async #chooseOutput(select) {
    this.#outputs.choose(select.dataset.soundOutput, chosenIn(select, this.#devices.output));
    this.#remember({ outputs: this.#outputs.chosen });
    this.#lines.apply();
    await this.#apply("output");
    if (!this.#phone.isInCall) {
      await playTone(this.#context(), select.value || this.#devices.sinkId); // on the air it would go out
    }
  }

  async #choose(name) {
    this.#devices[name].chosen = chosenIn(this.#part(name), this.#devices[name]);
    this.#remember({ [name]: this.#devices[name].chosen });
    if (name === "output" || this.#phone.isInCall) {
      await this.#apply(name);
    }
    this.#openMicrophone();
  }

  #setProcessing(processing) {
    this.#remember({ processing });
    this.#phone.setPlainSound(processing === "studio");
    if (this.#phone.isInCall) {
      this.#apply("input"); // opened again, the microphone is treated as it now should be
    }
    this.#openMicrophone();
  }

  async #apply(name) {
    try {
      await this.#devices[name].apply();
      await (name === "input" && this.#lines.reopenMicrophone());
    } catch {
      this.#say(words.NOT_OPENED);
    }
  }

  #remember(change) {
    this.#choice = { ...this.#choice, ...change };
    rememberSound(this.#choice);
    this.#show();
  }

  /** While the panel is open and no call is up, the microphone is open for its meter. */
  async #openMicrophone() {
    this.#hearNothing();
    if (!this.#isOpen || this.#phone.isInCall) {
      this.#microphone.close();
      return;
    }
    const isGiven = await this.#microphone.open(this.wantedMicrophone);
    setText(this.#part("said"), isGiven ? "" : words.NOT_OPENED);
  }

  async #pressHear() {
    if (this.#stopHearing) {
      this.#hearNothing();
    } else if (isOff(this.#part("hear"))) {
      setText(this.#part("said"), words.OFF_AIR_ONLY);
    } else if (this.#microphone.stream) {
      this.#stopHearing = await playStream(this.#context(), this.#microphone.stream, this.#devices.sinkId);
    }
    this.#show();
  }

  #hearNothing() {
    this.#stopHearing?.();
    this.#stopHearing = null;
    this.#show();
  }

  #devicesChanged() {
    this.#outputs.devicesChanged();
    this.#lines.apply();
    this.#lines.reopenMicrophone().catch(() => this.#say(words.NO_MICROPHONE));
    this.#openMicrophone();
    this.#show();
  }

  #show() {
    const { input, output, canChooseOutput } = this.#devices;
    showDevices(this.#part("input"), input, words.browsersChoice(input.defaultLabel));
    showDevices(this.#part("output"), output, words.browsersChoice(output.defaultLabel));
    for (const select of this.#panel.querySelectorAll("[data-sound-output]")) {
      const name = select.dataset.soundOutput;
      showDevices(select, { list: output.list, chosen: this.#outputs.chosen[name], found: this.#outputs.found(name) }, words.AS_ABOVE);
    }
    for (const select of this.#panel.querySelectorAll("[data-sound=output], [data-sound-output]")) {
      select.disabled = !canChooseOutput;
    }
    for (const radio of this.#panel.querySelectorAll("[name=processing]")) {
      radio.checked = radio.value === this.#choice.processing;
    }
    setText(this.#part("processing-words"), words.PROCESSING_WORDS[this.#choice.processing]);
    setOff(this.#part("hear"), this.#phone.isInCall);
    setAria(this.#part("hear"), "pressed", this.#stopHearing !== null);
    setText(this.#part("hear"), this.#stopHearing ? words.HEAR_WORDS.on : words.HEAR_WORDS.off);
  }

  #tick() {
    const now = performance.now() / 1000;
    if (this.#phone.isAnswered || this.#microphone.stream || this.#input.isOn) {
      this.#input.listen(this.#lines.microphone ?? this.#phone.localStream ?? this.#microphone.stream, this.#context());
      this.#input.tick(now);
      this.#showLevel("input", this.#input);
    }
    for (const [name, sound] of this.#lineSounds) {
      if (sound.isOn) {
        sound.tick(this.#input, sharedAudioContext(), now);
        this.#showLevel(name, sound.meter);
      }
    }
  }

  /** Looks at the devices, and says how the lines sound. */
  #look() {
    if (this.#isOpen || this.#phone.isInCall) {
      this.#devices.look();
    }
    const phones = [[FIRST, this.#phone], ...this.#lines.phones];
    const told = phones.map(([name, { isAnswered, samples }]) => (isAnswered ? words.lineWords(numberOf(name), samples) : ""));
    setText(this.#part("lines"), told.join(" ").trim());
  }

  #showLevel(name, { state }) {
    setText(this.#part(`${name}-level`), words.LEVEL_WORDS[state]);
    setData(this.#part(`${name}-level`), "level", state);
  }

  /** The SDK's own, which a press has woken. */
  #context() {
    const context = sharedAudioContext();
    context.resume();
    return context;
  }

  get #isOpen() {
    return this.#panel.matches(":popover-open");
  }

  #part(name) {
    return this.#panel.querySelector(`[data-sound="${name}"]`);
  }
}

/** What a line's loudspeaker is for, by its number; "" for cue. */
function numberOfOutput(name) {
  return name === CUE ? "" : numberOf(name);
}
