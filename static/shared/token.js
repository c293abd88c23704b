/* Fetches the pass with which this page may use the phone network, and knows when it is getting old. */

import { saysNo } from "./send.js";

const TIMEOUT_MS = 8000;
const STALE_AFTER = 0.8; // of its life: an older one is renewed before it is used

export class TokenSource {
  #url;
  #staleAt = 0;
  #askedAt = 0;

  /** Who this page is to the phone network, "" until that is known. */
  identity = "";

  constructor(url) {
    this.#url = url;
  }

  get isStale() {
    return Date.now() > this.#staleAt;
  }

  /** The network did not take the last token: the next use wants another. */
  distrust() {
    this.#staleAt = 0;
  }

  /** How long ago the last token was asked for, in milliseconds. */
  get ageMs() {
    return Date.now() - this.#askedAt;
  }

  /**
   * Resolves to a fresh token. Rejects with a trouble: `no_app` when the app does not answer, `no_token` with the app's own
   * sentence when it says no.
   */
  async renew() {
    this.#askedAt = Date.now();
    const answer = await ask(this.#url);
    this.#staleAt = Date.now() + answer.expires_in_seconds * 1000 * STALE_AFTER;
    this.identity = answer.identity;
    return answer.token;
  }
}

async function ask(url) {
  try {
    return await $.ajax({ url, method: "POST", dataType: "json", timeout: TIMEOUT_MS });
  } catch (reply) {
    const sentence = reply.responseJSON?.error;
    throw Object.assign(new Error(sentence ?? "no answer"), saysNo(reply.status) ? { kind: "no_token", sentence } : { kind: "no_app" });
  }
}
