/* Sorts what can go wrong with a call in a browser into a few kinds, each of which the pages have words for. */

/*
 * The SDK's and Twilio's codes, https://www.twilio.com/docs/voice/sdks/error-codes and
 * https://www.twilio.com/docs/api/errors. Those not named here count as `network`: worth another try.
 */
const KIND_OF_CODE = {
  20101: "token_refused",
  20103: "token_refused",
  20104: "token_expired",
  20151: "token_refused",
  31201: "token_refused",
  31202: "token_refused",
  31203: "token_refused",
  31204: "token_refused",
  31205: "token_expired",
  31206: "too_many",
  31207: "token_refused",
  31208: "microphone_refused",
  31401: "microphone_refused",
  31402: "microphone_failed",
  31000: "network",
  31003: "no_answer",
  31005: "network",
  31009: "network",
  31480: "no_answer",
  31486: "busy",
  31603: "declined",
  31002: "declined",
  21212: "declined",
  31404: "no_application",
  31001: "no_application",
  53000: "network",
  53001: "network",
  53405: "media",
};

/* What getUserMedia says, https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia. */
const KIND_OF_MICROPHONE_ERROR = {
  NotAllowedError: "microphone_refused",
  SecurityError: "microphone_refused",
  NotFoundError: "microphone_missing",
  OverconstrainedError: "microphone_missing",
  NotReadableError: "microphone_busy",
  AbortError: "microphone_busy",
};

/**
 * What an error means: {kind, sentence?, code?}. `error` is the SDK's, one that carries its kind already, or undefined when
 * the SDK gave up without a word. `microphoneError` is the browser's own, if asking for the microphone has just failed.
 */
export function troubleOf(error, microphoneError = null) {
  if (!error) {
    return { kind: "network" };
  }
  if (error.kind) {
    return { kind: error.kind, sentence: error.sentence };
  }
  const kind = KIND_OF_CODE[error.code] ?? "unknown";
  if (microphoneError && kind.startsWith("microphone")) {
    return { kind: KIND_OF_MICROPHONE_ERROR[microphoneError.name] ?? kind };
  }
  return { kind, code: error.code };
}

export function isAboutToken(kind) {
  return kind === "token_refused" || kind === "token_expired";
}

/** Troubles that pass by themselves, so that the page need not be told when they are over. */
export function isAboutNetwork(kind) {
  return kind === "network" || kind === "no_app";
}
