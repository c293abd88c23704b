/* The sound panel: which devices, how the microphone is treated, a test tone, meters, and hearing oneself off the air. */

import { audioConstraints, sharedAudioContext } from "../shared/sdk.js";
import { setData, setOff, setText, isOff } from "../shared/text.js";
import { ComingBack } from "./coming-back.js";
import { Devices } from "./devices.js";
import { recallSound, rememberSound } from "./memory.js";
import { Meter } from "./meter.js";
import { Microphone } from "./microphone.js";
import { playStream, playTone } from "./tone.js";
import * as words from "./words.js";

const TICK_MS = 50;
const FROM_RADIO = { from: 0.3, to: 10 }; // seconds; digital radio and streams are that late
const FROM_LOUDSPEAKERS = { from: 0, to: 0.3 };

export class SoundPanel {
  #panel;
  #phone;
  #lines;
  #say;
  #choice;
  #devices;
  #microphone = new Microphone();
  #meters;
  #radio = new ComingBack(FROM_RADIO);
  #loudspeakers = new ComingBack(FROM_LOUDSPEAKERS);
  #caller = "";
  #stopHearing = null;
  #hadCall = false;

  /** `phone` is the first line's, `lines` the others, with the mixer; `say(sentence)` tells the DJ at once. */
  constructor(root, { phone, lines, say }) {
    this.#lines = lines;
    this.#panel = root.querySelector("[data-sound-panel]");
    this.#phone = phone;
    this.#say = say;
    this.#choice = recallSound(root.dataset.deskSound);
    phone.setPlainSound(this.#choice.processing === "studio");
    const meter = (name) => new Meter([...root.querySelectorAll(`[data-sound-meter=${name}]`)]);
    this.#meters = { input: meter("input"), caller: meter("caller") };
    const inCall = (sentence) => phone.isInCall && say(sentence);
    this.#devices = new Devices({
      lostInput: (...labels) => inCall(words.inputLost(...labels)),
      backInput: (label) => inCall(words.inputBack(label)),
      lostOutput: (...labels) => inCall(words.outputLost(...labels)),
      backOutput: (label) => inCall(words.outputBack(label)),
      isInCall: () => phone.isInCall,
      changed: () => this.#devicesChanged(),
    });
    this.#devices.input.chosen = this.#choice.input;
    this.#devices.output.chosen = this.#choice.output;
    this.#bind();
    this.#show();
    setInterval(() => this.#tick(), TICK_MS);
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

  /** Who is on the air now, by CallSid; "" for nobody. Another caller has another radio. */
  heard(callSid) {
    if (callSid !== this.#caller) {
      this.#caller = callSid;
      this.#radio = new ComingBack(FROM_RADIO);
      this.#loudspeakers = new ComingBack(FROM_LOUDSPEAKERS);
    }
  }

  /** What the browser is to be asked for, as constraints of getUserMedia. */
  get wantedMicrophone() {
    const device = this.#devices.input.found;
    const treated = audioConstraints(this.#choice.processing === "studio");
    return device ? { ...treated, deviceId: { exact: device.deviceId } } : treated;
  }

  /** What is wrong with the sound of the call in progress; "" for nothing. */
  get warning() {
    const { input, caller } = this.#meters;
    if (!this.#phone.isAnswered) {
      return "";
    }
    if (input.isClipping) {
      return words.TOO_LOUD;
    }
    if (input.isSilent && !this.#phone.muted) {
      return words.SILENT;
    }
    if (caller.isClipping) {
      return words.CALLER_TOO_LOUD;
    }
    if (this.#radio.delay !== null) {
      return words.fromRadio(this.#radio.delay);
    }
    return this.#loudspeakers.delay === null ? "" : words.FROM_LOUDSPEAKERS;
  }

  #bind() {
    this.#panel.addEventListener("toggle", ({ newState }) => (newState === "open" ? this.#openMicrophone() : this.#closed()));
    for (const name of ["input", "output"]) {
      $(this.#part(name)).on("change", () => this.#choose(name));
    }
    for (const radio of this.#panel.querySelectorAll("[name=processing]")) {
      $(radio).on("change", () => this.#setProcessing(radio.value));
    }
    $(this.#part("tone")).on("click", () => playTone(this.#context(), this.#devices.sinkId));
    $(this.#part("hear")).on("click", () => this.#pressHear());
  }

  async #choose(name) {
    const id = this.#part(name).value;
    const device = this.#devices[name].list.find(({ deviceId }) => deviceId === id);
    this.#devices[name].chosen = device ? { id, label: device.label } : null;
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
      this.#apply("input"); // opened anew, the microphone is treated as it now should be
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

  #closed() {
    this.#hearNothing();
    this.#microphone.close();
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
    this.#lines.reopenMicrophone().catch(() => this.#say(words.NO_MICROPHONE));
    this.#openMicrophone();
    this.#show();
  }

  #show() {
    for (const name of ["input", "output"]) {
      this.#showDevices(name);
    }
    this.#part("output").disabled = !this.#devices.canChooseOutput;
    for (const radio of this.#panel.querySelectorAll("[name=processing]")) {
      radio.checked = radio.value === this.#choice.processing;
    }
    setText(this.#part("processing-words"), words.PROCESSING_WORDS[this.#choice.processing]);
    setOff(this.#part("hear"), this.#phone.isInCall);
    this.#part("hear").setAttribute("aria-pressed", String(this.#stopHearing !== null));
    setText(this.#part("hear"), this.#stopHearing ? words.HEAR_WORDS.on : words.HEAR_WORDS.off);
  }

  #showDevices(name) {
    const side = this.#devices[name];
    const options = [["", words.browsersChoice(side.defaultLabel)], ...side.list.map(({ deviceId, label }) => [deviceId, label])];
    if (side.chosen && !side.found) {
      options.push([side.chosen.id, words.notThere(side.chosen.label)]);
    }
    const select = this.#part(name);
    const key = JSON.stringify(options);
    if (select.dataset.options !== key) {
      select.dataset.options = key;
      select.replaceChildren(...options.map(([value, label]) => new Option(label, value)));
    }
    select.value = side.found?.deviceId ?? side.chosen?.id ?? "";
  }

  #tick() {
    const { input, caller } = this.#meters;
    if (this.#phone.isAnswered || this.#microphone.stream || input.isOn) {
      input.listen(this.#lines.microphone ?? this.#phone.localStream ?? this.#microphone.stream, this.#context());
      caller.listen(this.#phone.heard, this.#context());
      input.tick(performance.now() / 1000);
      caller.tick(performance.now() / 1000);
      if (this.#caller && input.isOn && caller.isOn) {
        this.#radio.hear(input.loudness, caller.loudness, performance.now() / 1000);
        this.#loudspeakers.hear(caller.loudness, input.loudness, performance.now() / 1000);
      }
      for (const [name, meter] of Object.entries(this.#meters)) {
        setText(this.#part(`${name}-level`), words.LEVEL_WORDS[wordOf(meter)]);
        setData(this.#part(`${name}-level`), "level", wordOf(meter));
      }
    }
    const phones = [this.#phone, ...this.#lines.phones];
    setText(this.#part("lines"), phones.map(({ isAnswered, samples }, at) => (isAnswered ? words.lineWords(at + 1, samples) : "")).join(" ").trim());
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

function wordOf(meter) {
  if (!meter.isOn) {
    return "off";
  }
  if (meter.isClipping) {
    return "loud";
  }
  return meter.isSilent ? "silent" : "good";
}
