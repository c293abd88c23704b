/* What the pages of accounts say by themselves. */

export const NO_PASSKEYS = "This browser cannot use passkeys. Use another one, or update it.";

export const PASSKEY_PROBLEMS = {
  InvalidStateError: "This passkey is already registered.",
  NotAllowedError: "The passkey was not used. Try again.",
  SecurityError: "Browsers allow passkeys only at the station’s own address.",
};

export const LOGO_TOO_LARGE = "The file is too large. A logo has at most 100 kB: make it smaller.";
export const LOGO_FAILED = "The logo was not saved, because the app did not answer. Try again.";

export function passkeyFailed(reason) {
  return `The passkey did not work: ${reason}`;
}
