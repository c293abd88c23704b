/* Signs the page in to the phone network and keeps it signed in: tokens, the SDK's Device, and another try when it fails. */

import { makeDevice, whatThisBrowserLacks } from "./sdk.js";
import { Stage } from "./stage.js";
import { TokenSource } from "./token.js";
import { isAboutToken, troubleOf } from "./troubles.js";

const RETRY_MS = 5000;
const REFUSED_RETRY_MS = 15000;

export class Registration {
  #settings;
  #hooks;
  #tokens;
  #device = null;
  #deviceIdentity = "";
  #retryTimer = 0;

  stage = Stage.LOADING;
  /** What is wrong, {kind, sentence?, code?}, or null. */
  trouble = null;

  /**
   * settings: as for Phone. hooks: getUserMedia, asks for the microphone; isInCall(); changed(), after every change;
   * failedInCall(trouble), for an error of the network while a call is being made.
   */
  constructor(settings, hooks) {
    this.#settings = settings;
    this.#hooks = hooks;
    this.#tokens = new TokenSource(settings.tokenUrl);
  }

  /** Who this page is to the phone network, "" until that is known. */
  get identity() {
    return this.#tokens.identity;
  }

  /** The present Device's AudioHelper, or null. */
  get audio() {
    return this.#device?.audio ?? null;
  }

  start() {
    const kind = whatThisBrowserLacks();
    if (kind) {
      this.stage = Stage.BROKEN;
      this.trouble = { kind };
    } else if (this.#settings.stayRegistered) {
      this.#signIn();
    } else {
      this.stage = Stage.READY;
    }
    this.#hooks.changed();
  }

  /** The Device, with a token that is good for a while. Rejects with a trouble when there is no token to be had. */
  async device() {
    clearTimeout(this.#retryTimer);
    if (!this.#device || this.#tokens.isStale) {
      await this.#renew();
    }
    return this.#device;
  }

  /** Drops the Device with whatever it is doing: the SDK knows no other way to give up a call that it has not made yet. */
  discard() {
    const device = this.#device;
    this.#device = null;
    this.stage = this.#settings.stayRegistered ? Stage.UNREADY : Stage.READY;
    device?.removeAllListeners();
    device?.destroy();
  }

  /** A call has ended, perhaps with a trouble: signs in again soon, if that is needed. */
  mend(trouble) {
    if (trouble && isAboutToken(trouble.kind)) {
      this.#tokens.distrust();
    }
    if (this.#settings.stayRegistered && this.stage === Stage.UNREADY) {
      this.#tryAgainIn(RETRY_MS);
    }
  }

  async #signIn() {
    try {
      await this.#renew();
      if (this.#device.state === "unregistered") {
        await this.#device.register();
      }
    } catch (error) {
      // When it was the SDK that failed, its `error` event has said why already.
      if (error?.kind) {
        this.#failed(troubleOf(error));
      }
    }
  }

  /** Fetches a new token and gives it to the Device, which goes on with its call undisturbed. */
  async #renew() {
    const token = await this.#tokens.renew();
    if (this.#device && this.#device.state !== "destroyed") {
      if (this.identity === this.#deviceIdentity || this.#settings.stayRegistered) {
        this.#device.updateToken(token);
        return;
      }
      if (this.#device.isBusy) {
        throw new Error("This token is not for the call that is up."); // the app could not tell that there is one
      }
      this.discard();
    }
    this.#deviceIdentity = this.identity;
    const device = makeDevice(token, this.#settings, this.#hooks.getUserMedia);
    this.#device = device;
    device.on("registered", () => this.#ready());
    device.on("unregistered", () => this.#failed(this.trouble));
    device.on("tokenWillExpire", () => this.#keepToken(device));
    device.on("error", (error) => this.#heardError(error));
  }

  /** Renews this Device's token in good time, again and again until it works: the call in progress lives on it. */
  async #keepToken(device) {
    if (device !== this.#device) {
      return; // it was discarded
    }
    if (!this.#settings.stayRegistered && !device.isBusy) {
      this.discard(); // the next call begins with a token of its own
      return;
    }
    try {
      await this.#renew();
      if (!this.#settings.stayRegistered) {
        this.#tokens.distrust(); // it keeps this call up, and is too old to begin the next
      }
    } catch {
      setTimeout(() => this.#keepToken(device), RETRY_MS);
    }
  }

  #ready() {
    clearTimeout(this.#retryTimer);
    this.stage = Stage.READY;
    this.trouble = null;
    this.#hooks.changed();
  }

  #failed(trouble) {
    if (this.#settings.stayRegistered) {
      this.stage = Stage.UNREADY;
    }
    this.trouble = trouble;
    // A lost network the SDK mends by itself. A token it cannot.
    if (trouble && trouble.kind !== "network" && !this.#hooks.isInCall()) {
      const isFirst = isAboutToken(trouble.kind) && this.#tokens.ageMs > REFUSED_RETRY_MS;
      const wait = trouble.kind === "no_app" ? RETRY_MS : REFUSED_RETRY_MS;
      this.#tryAgainIn(isFirst ? 0 : wait);
    }
    this.#hooks.changed();
  }

  #heardError(error) {
    if (this.#hooks.isInCall()) {
      this.#hooks.failedInCall(troubleOf(error));
    } else if (this.#settings.stayRegistered) {
      this.#failed(troubleOf(error));
    }
  }

  #tryAgainIn(milliseconds) {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#signIn(), milliseconds);
  }
}
