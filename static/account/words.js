/* What the pages of accounts say by themselves. */

export const NO_PASSKEYS = "This browser cannot use passkeys. Use another one, or update it.";

export const PASSKEY_PROBLEMS = {
  InvalidStateError: "This passkey is registered already.",
  NotAllowedError: "The passkey was not used. Try again.",
  SecurityError: "Browsers allow passkeys only at the address of the station’s own name.",
};

export function passkeyFailed(reason) {
  return `The passkey did not work: ${reason}`;
}
