/* The DJ's page: brings together the phone, the live line and the buttons. */

import { callerLabel, clock } from "../shared/format.js";
import { Phone, Stage } from "../shared/phone.js";
import { isOff, setData, setHidden, setOff, setText } from "../shared/text.js";
import { keepAwake } from "../shared/wake-lock.js";
import { CallList } from "./calls.js";
import { listenForKeys } from "./keys.js";
import { LineHead } from "./line.js";
import { follow } from "./live.js";
import { forgetConnected, recallConnected, rememberConnected } from "./memory.js";
import { NextPress } from "./next.js";
import { AIR_WORDS, airOf, statusOf, warningOf } from "./words.js";

const HINT_MS = 4000;
const OVER_MS = 10000; // how long a caller whom this page hung up on may still be shown as on the air
const HURRY_MS = 5000;
const TITLE = document.title;

const desk = document.querySelector("[data-desk]");
const part = (name) => desk.querySelector(`[data-part-of-desk="${name}"]`);
const buttons = { connect: part("connect"), next: part("next"), hangUp: part("hang-up"), mute: part("mute"), refresh: part("refresh") };

const head = new LineHead(desk);
const list = new CallList(desk);
const next = new NextPress();
let past = recallConnected();
let onAir = null;
let onAirSince = 0;
let isLive = true;
let hint = "";
let hintTimer = 0;
let lastOnAirSid = null; // whom this page had on the air
let endedAt = 0;

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
  const isOver = onAir !== null && onAir.call_sid === lastOnAirSid && Date.now() - endedAt < OVER_MS;
  const facts = { phone, onAir, next, isLive, past, hint, isOver, djNumber: desk.dataset.djNumber };
  const air = airOf(facts);
  const status = statusOf(facts);
  const isWithCaller = onAir !== null && ["on", "next", "reconnecting", "elsewhere"].includes(air);

  setData(desk, "air", air);
  setText(part("air-word"), AIR_WORDS[air]);
  setText(part("air-caller"), isWithCaller ? callerLabel(onAir.number) : "");
  setHidden(part("air-time"), !isWithCaller);
  setHidden(part("muted"), !phone.muted);
  setData(part("status"), "tone", status.tone);
  setText(part("status-title"), status.title);
  setText(part("status-advice"), status.advice);
  setText(part("warning"), phone.isInCall ? warningOf(phone) : "");

  setOff(buttons.connect, phone.isInCall || phone.stage === Stage.BROKEN || phone.stage === Stage.LOADING);
  setOff(buttons.next, phone.stage !== Stage.CONNECTED || next.isPending || (onAir === null && isLive));
  setOff(buttons.hangUp, !phone.isInCall);
  setOff(buttons.mute, !phone.isAnswered);
  buttons.mute.setAttribute("aria-pressed", String(phone.muted));
  setText(part("next-word"), next.isPending ? "Next…" : "Next Caller");
  setText(part("mute-word"), phone.muted ? "Unmute" : "Mute");
  document.title = air === "on" || air === "next" ? `ON AIR · ${TITLE}` : TITLE;
  tick();
}

function tick() {
  setText(part("air-clock"), clock((Date.now() - onAirSince) / 1000));
  list.tick();
  head.tick(list.longestSeconds());
}

function phoneChanged() {
  if (phone.isAnswered) {
    past = null;
    rememberConnected(onAir ? onAir.number : null);
  } else if (phone.ended) {
    forgetConnected();
    next.forget();
    endedAt = endedAt || Date.now();
  }
  if (phone.isInCall) {
    endedAt = 0;
  }
  keepAwake(phone.isInCall);
  show();
}

function heard(status) {
  const calls = status.calls.filter((call) => call.stage === "on_air");
  // With two desks on the air, the newest is shown large; the list has both.
  const now = calls.reduce((newest, call) => (newest && newest.on_air_seconds <= call.on_air_seconds ? newest : call), null);
  if (now && now.call_sid !== onAir?.call_sid) {
    onAirSince = Date.now() - (now.on_air_seconds ?? 0) * 1000;
  }
  onAir = now;
  next.heard(now ? now.call_sid : null);
  if (phone.isAnswered) {
    lastOnAirSid = now ? now.call_sid : lastOnAirSid;
    rememberConnected(now ? now.number : null);
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
  lastOnAirSid = null;
  phone.connect();
  line.hurry(HURRY_MS);
}

function pressNext() {
  if (isOff(buttons.next)) {
    if (!next.isPending) {
      say(phone.isAnswered ? "Nobody is on the air: the next caller comes by themselves." : "Connect to the queue first.");
    }
    return;
  }
  stopHint();
  if (phone.press("*")) {
    next.begin(onAir && isLive ? onAir.call_sid : null);
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
  const wasPending = next.isPending;
  next.tick();
  tick();
  if (wasPending !== next.isPending) {
    show();
  }
}, 250);

heard(JSON.parse(desk.dataset.status));
phone.start();
