/* Rings the admin's own browser: the app says a sentence as callers hear it. Nothing of the microphone is sent. */

import { Phone } from "../shared/phone.js";
import "../shared/session.js";
import { setHidden, setOff, setText } from "../shared/text.js";
import { ringWords } from "./words.js";

const page = document.querySelector("[data-words]");
const status = page.querySelector("[data-ring-status]");
const buttons = [...page.querySelectorAll("[data-ring]")];
const params = { sentence: "" };
let title = "";

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
  return new AudioContext().createMediaStreamDestination().stream;
}

function show() {
  setText(status, ringWords(phone, title));
  setHidden(status, !status.textContent);
  for (const button of buttons) {
    setOff(button, phone.isInCall);
  }
}

for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", () => {
    if (!phone.isInCall) {
      params.sentence = button.dataset.ring;
      ({ title } = button.dataset);
      phone.connect();
    }
  });
}
phone.start();
