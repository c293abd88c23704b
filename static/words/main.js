/* Rings the admin's own browser: the app says a sentence as callers hear it. Nothing of the microphone is sent. */

import { Phone } from "../shared/phone.js";
import { sharedAudioContext } from "../shared/sdk.js";
import { send } from "../shared/send.js";
import "../shared/form-token.js";
import { setHidden, setOff, setText } from "../shared/text.js";
import { NO_ANSWER } from "../shared/words.js";
import { ringWords } from "./words.js";

const page = document.querySelector("[data-words]");
const status = page.querySelector("[data-ring-status]");
const buttons = [...page.querySelectorAll("[data-ring]")];
const params = { sentence: "", draft: "" };
let title = "";
let problem = "";

const phone = new Phone({
  tokenUrl: page.dataset.tokenUrl,
  signallingHost: page.dataset.signallingHost,
  plainSound: false,
  stayRegistered: false,
  params,
  microphone: silence,
  changed: show,
});

/* The SDK wants a microphone for every call. This one is silent, so the browser asks for no permission. */
async function silence() {
  return sharedAudioContext().createMediaStreamDestination().stream;
}

function show() {
  setText(status, problem || ringWords(phone, title));
  setHidden(status, !status.textContent);
  for (const button of buttons) {
    setOff(button, phone.isInCall);
  }
}

/* What is in the field is said, saved or not; the app checks it first. */
async function ring(button) {
  const draft = button.form.elements.text.value;
  const { result, sentence } = await send(page.dataset.draftUrl, { name: button.dataset.ring, text: draft });
  if (phone.isInCall) {
    return;
  }
  problem = result === "done" ? "" : sentence || NO_ANSWER;
  if (!problem) {
    Object.assign(params, { sentence: button.dataset.ring, draft });
    ({ title } = button.dataset);
    phone.connect();
  }
  show();
}

for (const button of buttons) {
  button.hidden = false;
  $(button).on("click", () => {
    if (!phone.isInCall) {
      ring(button);
    }
  });
}
phone.start();
