/* Fetches the pass with which this page may use the phone network. */

const TIMEOUT_MS = 8000;

/**
 * Asks the app for a token. Resolves to {token, expiresInSeconds}; rejects with a trouble: `no_app` when the app does not
 * answer, `no_token` with its own sentence when it answers no.
 */
export async function fetchToken(url) {
  try {
    const answer = await $.ajax({ url, method: "POST", dataType: "json", timeout: TIMEOUT_MS });
    return { token: answer.token, expiresInSeconds: answer.expires_in_seconds };
  } catch (reply) {
    const sentence = reply.responseJSON?.error;
    const trouble = new Error(sentence ?? "no answer");
    trouble.kind = reply.status ? "no_token" : "no_app";
    trouble.sentence = sentence;
    throw trouble;
  }
}
