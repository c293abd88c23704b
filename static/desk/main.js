/* The DJ's page: brings together the phone, the live line and the buttons. */

import { callerLabel, clock } from "../shared/format.js";
import { Phone } from "../shared/phone.js";
import { Stage } from "../shared/stage.js";
import { isOff, setData, setHidden, setOff, setText } from "../shared/text.js";
import { keepAwake } from "../shared/wake-lock.js";
import { CallList } from "./calls.js";
import { listenForKeys } from "./keys.js";
import { LineHead } from "./line.js";
import { follow } from "./live.js";
import { forgetConnected, recallConnected, rememberConnected } from "./memory.js";
import { NextPress } from "./next.js";
import { OnAir } from "./on-air.js";
import { CHAIR_WORDS, chairOf, statusOf, warningOf } from "./words.js";

const HINT_MS = 4000;
const HURRY_MS = 5000;
const TITLE = document.title;

const desk = document.querySelector("[data-desk]");
const part = (name) => desk.querySelector(`[data-part-of-desk="${name}"]`);
const buttons = { connect: part("connect"), next: part("next"), hangUp: part("hang-up"), mute: part("mute"), refresh: part("refresh") };

const head = new LineHead(desk);
const list = new CallList(desk);
const next = new NextPress();
const air = new OnAir();
let past = recallConnected();
air.begin(past?.call);
let isLive = true;
let isLeaving = false;
// Before the SDK, which hangs up when the page is left: that is no end for the next page to forget.
window.addEventListener("pagehide", () => {
  isLeaving = true;
});
window.addEventListener("pageshow", (event) => {
  isLeaving = false;
  if (event.persisted) {
    phoneChanged(); // back from the browser's memory, without the call
  }
});
let hint = "";
let hintTimer = 0;

const phone = new Phone({
  tokenUrl: desk.dataset.tokenUrl,
  soundUrl: desk.dataset.soundUrl,
  signallingHost: desk.dataset.signallingHost,
  plainSound: desk.dataset.deskSound === "studio",
  stayRegistered: true,
  changed: phoneChanged,
});

const line = follow(desk.dataset.statusUrl, {
  heard,
  changed: (live) => {
    isLive = live.isLive;
    head.showLive(live);
    show();
  },
});

function show() {
  const facts = { phone, air, next, isLive, past, hint, djNumber: desk.dataset.djNumber };
  const chair = chairOf(facts);
  const status = statusOf(facts);
  const isWithCaller = air.call !== null && ["on", "next", "reconnecting", "elsewhere"].includes(chair);

  setData(desk, "air", chair);
  setText(part("air-word"), CHAIR_WORDS[chair]);
  setText(part("air-caller"), isWithCaller ? callerLabel(air.call.number) : "");
  setHidden(part("air-time"), !isWithCaller);
  setHidden(part("muted"), !phone.muted);
  setData(part("status"), "tone", status.tone);
  setText(part("status-title"), status.title);
  setText(part("status-advice"), status.advice.trim());
  setText(part("warning"), phone.isInCall ? warningOf(phone) : "");

  setOff(buttons.connect, phone.isInCall || phone.stage === Stage.BROKEN || phone.stage === Stage.LOADING);
  setOff(buttons.next, phone.stage !== Stage.CONNECTED || next.isResting || (air.call === null && isLive));
  setOff(buttons.hangUp, !phone.isInCall);
  setOff(buttons.mute, !phone.isAnswered);
  buttons.mute.setAttribute("aria-pressed", String(phone.muted));
  setText(part("next-word"), next.isPending ? "Next…" : "Next Caller");
  setText(part("mute-word"), phone.muted ? "Unmute" : "Mute");
  setText(document.querySelector("title"), chair === "on" || chair === "next" ? `ON AIR · ${TITLE}` : TITLE);
  tick();
}

function tick() {
  setText(part("air-clock"), clock(air.seconds));
  list.tick();
  head.tick(list.longestSeconds());
}

function phoneChanged() {
  if (isLeaving) {
    return;
  }
  if (phone.isAnswered) {
    past = null;
    rememberConnected(air.call);
  } else if (phone.ended) {
    forgetConnected();
    next.forget();
    air.end();
  }
  keepAwake(phone.isInCall);
  show();
}

function heard(status) {
  air.heard(status, phone.isAnswered);
  next.heard(air.call ? air.call.call_sid : null);
  if (phone.isAnswered) {
    rememberConnected(air.call);
  }
  head.show(status);
  list.show(status);
  show();
}

function say(sentence) {
  clearTimeout(hintTimer);
  hint = sentence;
  hintTimer = setTimeout(() => {
    hint = "";
    show();
  }, HINT_MS);
  show();
}

function stopHint() {
  clearTimeout(hintTimer);
  hint = "";
}

function pressConnect() {
  if (isOff(buttons.connect)) {
    say(phone.isInCall ? "You are connected already." : "The phone is not ready yet.");
    return;
  }
  stopHint();
  past = null;
  air.begin();
  phone.connect();
  line.hurry(HURRY_MS);
}

function pressNext() {
  if (isOff(buttons.next)) {
    if (!next.isResting) {
      say(phone.isAnswered ? "Nobody is on the air: the next caller comes by themselves." : "Connect to the queue first.");
    }
    return;
  }
  stopHint();
  if (phone.press("*")) {
    next.begin(air.call && isLive ? air.call.call_sid : null);
    line.hurry(HURRY_MS);
  }
  show();
}

function pressHangUp() {
  if (isOff(buttons.hangUp)) {
    say("You are not connected.");
    return;
  }
  stopHint();
  phone.hangUp();
  line.hurry(HURRY_MS);
}

function pressMute() {
  if (isOff(buttons.mute)) {
    say("There is nothing to mute: you are not connected.");
    return;
  }
  stopHint();
  phone.mute(!phone.muted);
}

async function pressRefresh() {
  const came = await line.refresh();
  setText(part("refreshed"), came ? "Up to date." : "No answer.");
  setTimeout(() => setText(part("refreshed"), ""), HINT_MS);
}

$(buttons.connect).on("click", pressConnect);
$(buttons.next).on("click", pressNext);
$(buttons.hangUp).on("click", pressHangUp);
$(buttons.mute).on("click", pressMute);
$(buttons.refresh).on("click", pressRefresh);
listenForKeys({ c: pressConnect, n: pressNext, H: pressHangUp, m: pressMute, r: pressRefresh }, part("keys"));
setInterval(() => {
  next.tick();
  show();
}, 250);

heard(JSON.parse(desk.dataset.status));
phone.start();
