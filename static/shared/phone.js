/* The browser's phone: one call at a time through Twilio's voice SDK, and at any moment what stage it is in. */

import { Processing } from "./processing.js";
import { Registration } from "./registration.js";
import { audioConstraints, callWith } from "./sdk.js";
import { Stage } from "./stage.js";
import { isAboutNetwork, isAboutToken, troubleOf } from "./troubles.js";

const ANSWER_TIMEOUT_MS = 20000; // unless settings.answerTimeoutMs says otherwise
const SAMPLES_KEPT = 5;

export class Phone {
  #settings;
  #registration;
  #call = null;
  #attempt = 0;
  #callStage = null;
  #callTrouble = null;
  #leaving = false;
  #microphoneError = null;
  #answerTimer = 0;
  #isSilenced = false;
  #element = null;
  #processing = new Processing(() => this.#call);

  /** Why the last call ended: `here`, `there` or `failed`; null before the first and while one is up. */
  ended = null;
  muted = false;
  /** When the call was answered, by Date.now(); null when there is none. */
  connectedAt = null;
  /** The SDK's present warnings by name: https://www.twilio.com/docs/voice/sdks/javascript/twiliocall#warning-event. */
  warnings = new Set();
  /** The SDK's samples of the sound, the newest last: https://www.twilio.com/docs/voice/sdks/javascript/twiliocall#sample-event. */
  samples = [];

  /**
   * settings: tokenUrl; signallingHost, only in a rehearsal; plainSound, true for a mixer; stayRegistered, true to sign in at
   * once and stay signed in; changed, called after every change; heardLevel, called with the microphone's level, from 0 to 1,
   * some twenty times a second while a call is up (may be left out); params, what the call tells the app; microphone(constraints),
   * a stream in place of the microphone; muteInstead(on), true if the page mutes by itself; beforeCall, which resolves when a
   * call may have the microphone (all may be left out).
   */
  constructor(settings) {
    this.#settings = settings;
    this.#registration = new Registration(settings, {
      getUserMedia: (constraints) => this.#askForMicrophone(constraints),
      isInCall: () => this.isInCall,
      changed: () => this.#registrationChanged(),
      failedInCall: (trouble) => this.#failedInCall(trouble),
    });
  }

  get stage() {
    return this.#callStage ?? this.#registration.stage;
  }

  /** What is wrong, {kind, sentence?, code?}, or null. What ended the last call comes first. */
  get trouble() {
    return this.#callTrouble ?? (this.isInCall ? null : this.#registration.trouble);
  }

  get isInCall() {
    return this.#callStage !== null;
  }

  get isAnswered() {
    return this.#callStage === Stage.CONNECTED || this.#callStage === Stage.RECONNECTING;
  }

  /** The SID of the call that is up, as Twilio and the app know it; empty when none is. */
  get callSid() {
    return this.#call?.parameters?.CallSid ?? "";
  }

  /** Who this page is to the phone network, "" until that is known. */
  get identity() {
    return this.#registration.identity;
  }

  /** The SDK's AudioHelper, which knows the devices and sets them; null before the first sign-in. */
  get audio() {
    return this.#registration.audio;
  }

  /** What the page's own call sends, or null. */
  get localStream() {
    return this.#call?.getLocalStream() ?? null;
  }

  /** Whether the microphone is to go out as it is, from the next time that it is opened. */
  setPlainSound(isPlain) {
    this.#settings.plainSound = isPlain;
    this.audio?.setAudioConstraints(audioConstraints(isPlain));
  }

  start() {
    this.#registration.start();
  }

  async connect() {
    if (this.isInCall || this.stage === Stage.BROKEN) {
      return;
    }
    const attempt = this.#beginAttempt();
    try {
      const device = await this.#registration.device();
      await this.#settings.beforeCall?.();
      if (attempt !== this.#attempt) {
        return;
      }
      await this.#processing.apply(device);
      const call = await callWith(device, this.#settings);
      if (attempt === this.#attempt) {
        this.#follow(call);
      } else {
        call.disconnect();
      }
    } catch (error) {
      if (attempt === this.#attempt) {
        this.#end("failed", this.#callTrouble ?? troubleOf(error));
      }
    }
  }

  hangUp() {
    if (!this.isInCall) {
      return;
    }
    this.#leaving = true;
    if (this.#call) {
      this.#call.disconnect();
    } else {
      this.#registration.discard();
      this.#end("here");
    }
  }

  /** Sends telephone keys; false when there is no call to send them on. */
  press(digits) {
    if (!this.#call || this.#callStage !== Stage.CONNECTED) {
      return false;
    }
    this.#call.sendDigits(digits);
    return true;
  }

  mute(on) {
    if (this.#settings.muteInstead?.(on)) {
      this.muted = on;
      this.#tell();
    } else {
      this.#call?.mute(on);
    }
  }

  /** What comes from the other end, a MediaStream; null while there is nothing. */
  get remoteStream() {
    return this.#call?.getRemoteStream() ?? null;
  }

  /** Whether the page plays by itself what comes from the other end, and the SDK is silent. */
  set isSilenced(on) {
    this.#isSilenced = on;
    if (this.#element) {
      this.#element.muted = on;
    }
  }

  /**
   * Sends what this processor makes instead of the microphone, in the call that is up and in those to come; null ends it.
   * https://www.twilio.com/docs/voice/sdks/javascript/twiliodeviceaudio#addprocessor
   */
  async sendThrough(processor) {
    this.#processing.processor = processor;
    await this.#processing.apply(await this.#registration.device());
  }

  #tell() {
    this.#settings.changed(this);
  }

  #registrationChanged() {
    const kind = this.#callTrouble?.kind;
    if (this.#registration.stage === Stage.READY && !this.isInCall && kind && (isAboutNetwork(kind) || isAboutToken(kind))) {
      this.#callTrouble = null; // it is over
    }
    this.#tell();
  }

  #failedInCall(trouble) {
    if (this.#callStage === Stage.CALLING) {
      this.#callTrouble = trouble; // what follows ends the call, or the time for an answer runs out
    }
  }

  async #askForMicrophone(constraints) {
    try {
      const ask = this.#settings.microphone ?? ((wanted) => navigator.mediaDevices.getUserMedia(wanted));
      const stream = await ask(constraints);
      this.#microphoneError = null; // not before: the SDK may ask twice, and report the first refusal meanwhile
      return stream;
    } catch (error) {
      this.#microphoneError = error;
      throw error;
    }
  }

  #beginAttempt() {
    this.#attempt += 1;
    this.#callStage = Stage.CALLING;
    this.#callTrouble = null;
    this.#leaving = false;
    this.#microphoneError = null;
    this.ended = null;
    this.warnings.clear();
    this.samples = [];
    this.#answerTimer = setTimeout(() => this.#noAnswer(), this.#settings.answerTimeoutMs ?? ANSWER_TIMEOUT_MS);
    this.#tell();
    return this.#attempt;
  }

  #follow(call) {
    this.#call = call;
    const during = (event, act) =>
      call.on(event, (...details) => {
        if (this.#call === call) {
          act(...details);
          this.#tell();
        }
      });
    const { heardLevel } = this.#settings;
    if (heardLevel) {
      call.on("volume", (level) => this.#call === call && heardLevel(this.muted ? 0 : level));
    }
    call.on("sample", (sample) => {
      if (this.#call === call) {
        this.samples = [...this.samples, sample].slice(-SAMPLES_KEPT); // one a second
      }
    });
    during("audio", (element) => {
      this.#element = element;
      element.muted = this.#isSilenced;
    });
    during("accept", () => this.#connected(Date.now()));
    during("reconnecting", () => {
      this.#callStage = Stage.RECONNECTING;
    });
    during("reconnected", () => this.#connected(this.connectedAt));
    during("mute", (on) => {
      this.muted = on;
    });
    during("warning", (name) => this.warnings.add(name));
    during("warning-cleared", (name) => this.warnings.delete(name));
    during("cancel", () => this.#end("there"));
    during("reject", () => this.#end("there"));
    during("disconnect", () => {
      // For a refused microphone the SDK says `disconnect` first, and then `error`, which knows why.
      if (this.#callStage !== Stage.CALLING || !this.#microphoneError) {
        this.#end(this.#leaving ? "here" : "there");
      }
    });
    during("error", (error) => {
      this.#callTrouble = troubleOf(error, this.#microphoneError);
      if (this.#callStage === Stage.CALLING || call.status() === "closed") {
        this.#end("failed");
      }
    });
  }

  #connected(since) {
    clearTimeout(this.#answerTimer);
    this.#callStage = Stage.CONNECTED;
    this.#callTrouble = null;
    this.connectedAt = since;
  }

  #end(how, trouble = this.#callTrouble) {
    clearTimeout(this.#answerTimer);
    const call = this.#call;
    this.#attempt += 1;
    this.#call = null;
    this.#element = null;
    this.#callStage = null;
    this.#callTrouble = how === "here" ? null : trouble;
    this.connectedAt = null;
    this.muted &&= Boolean(this.#settings.muteInstead?.(true)); // for the page's other calls
    this.warnings.clear();
    this.samples = [];
    this.ended = how === "there" && trouble ? "failed" : how;
    call?.disconnect();
    this.#registration.mend(this.#callTrouble);
    this.#tell();
  }

  #noAnswer() {
    this.#registration.discard();
    this.#end("failed", this.#callTrouble ?? { kind: "no_answer" });
  }
}
