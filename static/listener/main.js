/* The listener's page: one button to call, one to hang up, and words in between. */

import { clock } from "../shared/format.js";
import { Phone } from "../shared/phone.js";
import { Stage } from "../shared/stage.js";
import { isOff, setData, setHidden, setOff, setText } from "../shared/text.js";
import { keepAwake } from "../shared/wake-lock.js";
import { CALL_WORDS, statusOf, warningOf } from "./words.js";

const page = document.querySelector("[data-call-page]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);

const phone = new Phone({
  tokenUrl: page.dataset.tokenUrl,
  signallingHost: page.dataset.signallingHost,
  plainSound: false,
  stayRegistered: false,
  changed: show,
});

function show() {
  const { tone, title, advice } = statusOf(phone);
  const focusMoves = [part("call"), part("hang-up")].includes(document.activeElement);
  setData(page, "stage", phone.stage);
  setData(part("status"), "tone", tone);
  setText(part("title"), title);
  setText(part("advice"), advice);
  setText(part("warning"), phone.isInCall ? warningOf(phone) : "");
  setHidden(part("call"), phone.isInCall);
  setHidden(part("hang-up"), !phone.isInCall);
  setHidden(part("tips"), phone.isInCall);
  setHidden(part("time"), !phone.isAnswered);
  setOff(part("call"), phone.stage === Stage.LOADING || phone.stage === Stage.BROKEN);
  setText(part("call-word"), CALL_WORDS[phone.ended && !phone.trouble ? "again" : "first"]);
  if (focusMoves) {
    (phone.isInCall ? part("hang-up") : part("call")).focus();
  }
  keepAwake(phone.isInCall);
  tick();
}

function tick() {
  setText(part("clock"), clock((Date.now() - (phone.connectedAt ?? Date.now())) / 1000));
}

$(part("call")).on("click", () => {
  if (!isOff(part("call"))) {
    phone.connect();
  }
});
$(part("hang-up")).on("click", () => phone.hangUp());
setInterval(tick, 500);
phone.start();
