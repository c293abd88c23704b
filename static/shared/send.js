/* Sends a press to the app, and sorts the outcomes. */

const TIMEOUT_MS = 5000;
const TOO_SLOW = 408;

/**
 * Posts `body` as JSON. Resolves, and never rejects, to {result, sentence, star, answer}: result is "done", "refused" (the
 * sentence says why), "phone" (Twilio could not be asked; `star`: the desk's own call can say it), "silent" or "unreachable";
 * `answer` is all that the app answered, {} for nothing.
 */
export async function send(url, body, timeoutMs = TIMEOUT_MS) {
  try {
    const answer = await $.ajax({
      url,
      method: "POST",
      contentType: "application/json",
      data: JSON.stringify(body),
      dataType: "json",
      timeout: timeoutMs,
    });
    return { result: "done", sentence: answer.sentence, star: false, answer };
  } catch (reply) {
    const answer = reply.responseJSON ?? {};
    const sentence = answer.error ?? "";
    if (answer.code === "phone") {
      return { result: "phone", sentence, star: answer.star === true, answer };
    }
    if (sentence && reply.status < 500) {
      return { result: "refused", sentence, star: false, answer };
    }
    return { result: reply.statusText === "timeout" ? "silent" : "unreachable", sentence, star: false, answer };
  }
}

/** Whether it is the status of a refusal, with a sentence for the person, and not of a server that fails or timed out. */
export function saysNo(status) {
  return status >= 400 && status < 500 && status !== TOO_SLOW;
}
