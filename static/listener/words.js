/* Every sentence of the listener's page: from facts to words, and nothing else. */

import { Stage } from "../shared/stage.js";

const AGAIN = "Press Call to try again.";

/* kind of trouble: [what is wrong, what to do] */
const TROUBLES = {
  no_sdk: ["The phone did not load.", "Please reload the page."],
  unsupported: ["This browser cannot make calls.", "Try another browser, or ring the studio’s number."],
  insecure: ["This page is not secure, so the browser does not let it use the microphone.", "Open it by its https:// address."],
  no_app: ["The station does not answer.", `Check your internet connection. ${AGAIN}`],
  no_token: ["The station is not taking calls from the web right now.", "You can ring the studio’s number instead."],
  token_refused: ["The phone network did not let you in.", AGAIN],
  token_expired: ["You were away for too long.", AGAIN],
  too_many: ["The phone network is busy.", `Wait a few seconds. ${AGAIN}`],
  microphone_refused: ["Your browser may not use the microphone.", "Allow it in the browser’s settings for this page, then press Call."],
  microphone_missing: ["No microphone was found.", "Plug one in, then press Call."],
  microphone_busy: ["Something else is using your microphone.", "Close the other app or tab, then press Call."],
  microphone_failed: ["Your microphone does not work.", "Check it, then press Call."],
  network: ["The connection broke.", `Check your internet connection. ${AGAIN}`],
  media: ["The connection broke.", AGAIN],
  no_answer: ["Nobody answered.", AGAIN],
};
const OTHER_TROUBLE = ["The call did not go through.", AGAIN];

export const CALL_WORDS = Object.freeze({ first: "Call", again: "Call again" });

/** What the page says: {tone, title, advice}. It knows that a call is up, not where in the line it is: the voice tells that. */
export function statusOf(phone) {
  switch (phone.stage) {
    case Stage.CALLING:
      return { tone: "wait", title: "Calling…", advice: "If your browser asks for the microphone, allow it." };
    case Stage.CONNECTED:
      return { tone: "good", title: "You are through. Please stay on the line.", advice: "A voice tells you your place. You are on when the DJ speaks to you: turn your radio down." };
    case Stage.RECONNECTING:
      return { tone: "bad", title: "Reconnecting…", advice: "Please stay: your call is kept if the connection comes back soon." };
    default:
      return afterwards(phone);
  }
}

export function warningOf(phone) {
  return phone.warnings.has("constant-audio-input-level") ? "Nothing comes from your microphone. Is it switched off?" : "";
}

function afterwards(phone) {
  if (phone.trouble?.kind === "no_token" && phone.trouble.sentence) {
    return { tone: "bad", title: phone.trouble.sentence, advice: "" }; // the app says what to do instead
  }
  if (phone.trouble) {
    const [title, advice] = TROUBLES[phone.trouble.kind] ?? OTHER_TROUBLE;
    return { tone: "bad", title, advice };
  }
  if (phone.stage === Stage.LOADING) {
    return { tone: "calm", title: "One moment…", advice: "" };
  }
  if (phone.ended) {
    const title = phone.ended === "here" ? "You hung up." : "The call has ended.";
    return { tone: "calm", title, advice: "Thank you for calling." };
  }
  return { tone: "calm", title: "Ready when you are.", advice: "Press Call to join the line." };
}
