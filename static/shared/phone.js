/* The browser's phone: one call at a time through Twilio's voice SDK, and at any moment what stage it is in. */

import { fetchToken } from "./token.js";
import { isAboutNetwork, isAboutToken, kindOf } from "./troubles.js";

export const Stage = Object.freeze({
  LOADING: "loading", // the SDK is signing in
  READY: "ready",
  UNREADY: "unready", // signing in failed; it is tried again, and a call may be tried all the same
  BROKEN: "broken", // this browser cannot make calls
  CALLING: "calling",
  CONNECTED: "connected",
  RECONNECTING: "reconnecting",
});

/* All of the SDK's sounds, by the names of https://www.twilio.com/docs/voice/sdks/javascript/twiliodevice#sounds: with one
   missing it would fetch its own from another host. */
const SOUNDS = ["disconnect", "incoming", "outgoing", ..."0123456789hs".split("").map((key) => `dtmf${key}`)];

/* A mixer wants the microphone as it is; a browser's corrections pump and swallow music. */
const PLAIN_SOUND = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

const ANSWER_TIMEOUT_MS = 20000;
const RETRY_MS = 5000;
const REFUSED_RETRY_MS = 15000;
const TOKEN_STALE_AFTER = 0.8; // of its life: an older one is renewed before it is used

export class Phone {
  #settings;
  #device = null;
  #call = null;
  #attempt = 0;
  #lineStage = Stage.LOADING;
  #callStage = null;
  #leaving = false;
  #microphoneError = null;
  #tokenStaleAt = 0;
  #renewedAt = 0;
  #retryTimer = 0;
  #answerTimer = 0;

  /** What is wrong, {kind, sentence?, code?}, or null. */
  trouble = null;
  /** Why the last call ended: `here`, `there` or `failed`; null before the first and while one is up. */
  ended = null;
  muted = false;
  /** When the call was answered, by Date.now(); null when there is none. */
  connectedAt = null;
  /** The SDK's present warnings by name: https://www.twilio.com/docs/voice/sdks/javascript/twiliocall#warning-event. */
  warnings = new Set();

  /**
   * settings: tokenUrl; soundUrl, the folder of the SDK's sounds; signallingHost, only in a rehearsal; plainSound, true for a
   * mixer; stayRegistered, true to sign in at once and stay signed in; changed, called after every change.
   */
  constructor(settings) {
    this.#settings = settings;
  }

  get stage() {
    return this.#callStage ?? this.#lineStage;
  }

  get isInCall() {
    return this.#callStage !== null;
  }

  get isAnswered() {
    return this.#callStage === Stage.CONNECTED || this.#callStage === Stage.RECONNECTING;
  }

  start() {
    const kind = whatThisBrowserLacks();
    if (kind) {
      this.#lineStage = Stage.BROKEN;
      this.trouble = { kind };
    } else if (this.#settings.stayRegistered) {
      this.#signIn();
    } else {
      this.#lineStage = Stage.READY;
    }
    this.#tell();
  }

  async connect() {
    if (this.isInCall || this.#lineStage === Stage.BROKEN) {
      return;
    }
    const attempt = this.#beginAttempt();
    try {
      if (!this.#device || Date.now() > this.#tokenStaleAt) {
        await this.#renew();
      }
      if (attempt !== this.#attempt) {
        return;
      }
      // Made before the first key press, the SDK's audio context sleeps, and with it the microphone's meter.
      window.Twilio.Device.audioContext?.resume?.();
      const call = await this.#device.connect({ rtcConstraints: { audio: this.#settings.plainSound ? PLAIN_SOUND : true } });
      if (attempt === this.#attempt) {
        this.#follow(call);
      } else {
        call.disconnect();
      }
    } catch (error) {
      if (attempt === this.#attempt) {
        this.#end("failed", this.trouble ?? this.#troubleOf(error));
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
      this.#abandon("here", null);
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
    this.#call?.mute(on);
  }

  #tell() {
    this.#settings.changed(this);
  }

  // --- Signing in ---

  async #signIn() {
    clearTimeout(this.#retryTimer);
    try {
      await this.#renew();
      if (this.#settings.stayRegistered && this.#device.state === "unregistered") {
        await this.#device.register();
      }
    } catch (error) {
      // When it was the SDK that failed, its `error` event has said why already.
      if (error?.kind) {
        this.#notReady(this.#troubleOf(error));
      }
    }
  }

  /** Fetches a new token and gives it to the SDK, which goes on with its call undisturbed. */
  async #renew() {
    this.#renewedAt = Date.now();
    const { token, expiresInSeconds } = await fetchToken(this.#settings.tokenUrl);
    this.#tokenStaleAt = Date.now() + expiresInSeconds * 1000 * TOKEN_STALE_AFTER;
    if (this.#device && this.#device.state !== "destroyed") {
      this.#device.updateToken(token);
    } else {
      this.#device = this.#makeDevice(token);
    }
  }

  #makeDevice(token) {
    const { signallingHost, soundUrl, plainSound } = this.#settings;
    const sounds = Object.fromEntries(SOUNDS.map((name) => [name, `${soundUrl}${name}.wav`]));
    const options = {
      sounds,
      closeProtection: true,
      enableImprovedSignalingErrorPrecision: true,
      getUserMedia: (constraints) => this.#askForMicrophone(constraints),
    };
    if (signallingHost) {
      // Private options of the SDK. The first is where its signalling goes; the second keeps it from reporting to Twilio.
      Object.assign(options, { chunderw: signallingHost, publishEvents: false });
    }
    const device = new window.Twilio.Device(token, options);
    if (plainSound) {
      device.audio?.setAudioConstraints(PLAIN_SOUND); // for a microphone that is changed in mid-call
    }
    device.on("registered", () => this.#ready());
    device.on("unregistered", () => this.#notReady(this.trouble));
    device.on("tokenWillExpire", () => this.#keepToken());
    device.on("error", (error) => this.#heardError(error));
    return device;
  }

  /** Renews the token in good time, again and again until it works: the call in progress lives on it. */
  async #keepToken() {
    try {
      await this.#renew();
    } catch {
      setTimeout(() => this.#keepToken(), RETRY_MS);
    }
  }

  #ready() {
    clearTimeout(this.#retryTimer);
    this.#lineStage = Stage.READY;
    if (this.trouble && (isAboutNetwork(this.trouble.kind) || isAboutToken(this.trouble.kind))) {
      this.trouble = null;
    }
    this.#tell();
  }

  #notReady(trouble) {
    if (this.#settings.stayRegistered) {
      this.#lineStage = Stage.UNREADY;
    }
    this.trouble = trouble;
    // A lost network the SDK mends by itself. A token it cannot.
    if (trouble && !this.isInCall && trouble.kind !== "network") {
      const soon = isAboutToken(trouble.kind) && Date.now() - this.#renewedAt > REFUSED_RETRY_MS;
      const wait = trouble.kind === "no_app" ? RETRY_MS : REFUSED_RETRY_MS;
      clearTimeout(this.#retryTimer);
      this.#retryTimer = setTimeout(() => this.#signIn(), soon ? 0 : wait);
    }
    this.#tell();
  }

  #heardError(error) {
    const trouble = this.#troubleOf(error);
    if (!this.isInCall) {
      this.#notReady(trouble);
    } else if (this.#callStage === Stage.CALLING) {
      this.trouble = trouble; // what follows ends the call, or the time for an answer runs out
    }
  }

  #troubleOf(error) {
    if (error?.kind) {
      return { kind: error.kind, sentence: error.sentence };
    }
    return { kind: error ? kindOf(error, this.#microphoneError) : "network", code: error?.code };
  }

  async #askForMicrophone(constraints) {
    this.#microphoneError = null;
    try {
      return await navigator.mediaDevices.getUserMedia(constraints);
    } catch (error) {
      this.#microphoneError = error;
      throw error;
    }
  }

  // --- One call ---

  #beginAttempt() {
    clearTimeout(this.#retryTimer);
    this.#attempt += 1;
    this.#callStage = Stage.CALLING;
    this.#leaving = false;
    this.trouble = null;
    this.ended = null;
    this.warnings.clear();
    this.#answerTimer = setTimeout(() => this.#noAnswer(), ANSWER_TIMEOUT_MS);
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
    during("accept", () => {
      clearTimeout(this.#answerTimer);
      this.#callStage = Stage.CONNECTED;
      this.connectedAt = Date.now();
      this.trouble = null;
    });
    during("reconnecting", () => {
      this.#callStage = Stage.RECONNECTING;
    });
    during("reconnected", () => {
      this.#callStage = Stage.CONNECTED;
      this.trouble = null;
    });
    during("mute", (on) => {
      this.muted = on;
    });
    during("warning", (name) => this.warnings.add(name));
    during("warning-cleared", (name) => this.warnings.delete(name));
    during("cancel", () => this.#end("there"));
    during("reject", () => this.#end("there"));
    during("disconnect", () => this.#end(this.#leaving ? "here" : "there"));
    during("error", (error) => {
      this.trouble = this.#troubleOf(error);
      if (this.#callStage === Stage.CALLING || call.status() === "closed") {
        this.#end("failed", this.trouble);
      }
    });
  }

  #end(how, trouble = this.trouble) {
    clearTimeout(this.#answerTimer);
    const call = this.#call;
    this.#attempt += 1;
    this.#call = null;
    this.#callStage = null;
    this.connectedAt = null;
    this.muted = false;
    this.warnings.clear();
    this.trouble = how === "here" ? null : trouble;
    this.ended = how === "there" && trouble ? "failed" : how;
    call?.disconnect();
    if (this.#settings.stayRegistered && this.#lineStage === Stage.UNREADY) {
      this.#retryTimer = setTimeout(() => this.#signIn(), RETRY_MS);
    }
    this.#tell();
  }

  #noAnswer() {
    this.#abandon("failed", this.trouble ?? { kind: "no_answer" });
  }

  /** Gives up a call that the SDK has not made yet; it knows no other way than to start anew. */
  #abandon(how, trouble) {
    const device = this.#device;
    this.#device = null;
    this.#lineStage = this.#settings.stayRegistered ? Stage.UNREADY : Stage.READY;
    device?.removeAllListeners();
    device?.destroy();
    this.#end(how, trouble);
  }
}

/** What keeps this browser from making calls at all, as a kind of trouble; null when nothing does. */
function whatThisBrowserLacks() {
  if (!window.isSecureContext) {
    return "insecure"; // browsers give the microphone to https pages and to this machine's own only
  }
  if (!window.Twilio?.Device) {
    return "no_sdk";
  }
  return window.Twilio.Device.isSupported && navigator.mediaDevices?.getUserMedia ? null : "unsupported";
}
