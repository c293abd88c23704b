/* The listener's page: one button to call, where the call stands, one to mute, one to hang up, and words in between. */

import { clock } from "../shared/format.js";
import { Phone } from "../shared/phone.js";
import { Stage } from "../shared/stage.js";
import { isOff, setAria, setData, setHidden, setOff, setText } from "../shared/text.js";
import { sayInTitle } from "../shared/title.js";
import { keepAwake } from "../shared/wake-lock.js";
import { About } from "./about.js";
import { CallState } from "./call-state.js";
import { WORDS } from "./language.js";
import { MessageForm } from "./message.js";
import { MicrophoneCheck } from "./microphone-check.js";
import { lineWords, placeOf, showWords, statusOf, wantsAMessage, warningOf } from "./words.js";

const page = document.querySelector("[data-call-page]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);

const phone = new Phone({
  tokenUrl: page.dataset.tokenUrl,
  signallingHost: page.dataset.signallingHost,
  plainSound: false,
  stayRegistered: false,
  answerTimeoutMs: 45_000, // on a slow network each step takes seconds
  changed: phoneChanged,
  heardLevel: (level) => {
    part("meter").value = level;
  },
});
const state = new CallState(page.dataset, phone, show);
const about = new About(part("about"), part("saved"), page.dataset.cardUrl);
const check = new MicrophoneCheck(part("meter"), showCheck);
const message = new MessageForm(part, () => about.typed());

function phoneChanged() {
  state.follow();
  show();
}

function show() {
  const { tone, title, advice } = statusOf(phone, state);
  const place = placeOf(phone, state);
  const focusMoves = [part("call"), part("hang-up")].includes(document.activeElement);
  if (phone.isInCall) {
    check.stop();
  }
  setData(page, "stage", phone.stage);
  setData(page, "place", place.name);
  setData(page, "muted", phone.muted ? "yes" : "no");
  setText(part("place"), place.words);
  setHidden(part("place"), !place.words);
  setData(part("status"), "tone", tone);
  setText(part("title"), title);
  setText(part("advice"), advice);
  setText(part("show"), showWords(state));
  setText(part("line"), phone.isInCall ? "" : lineWords(state));
  setText(part("warning"), phone.isInCall ? warningOf(phone, state) : "");
  message.offer(state.known?.message_seconds, phone.isInCall);
  showButtons();
  sayInTitle("state", WORDS.title[place.name] ?? "");
  if (focusMoves) {
    (phone.isInCall ? part("hang-up") : part("call")).focus();
  }
  keepAwake(phone.isInCall);
  about.send(state.call?.call_sid);
  tick();
}

function showButtons() {
  const isBroken = phone.stage === Stage.BROKEN;
  const mayCall = state.takesCalls && !state.isElsewhere && !isBroken;
  const ringsInstead = isBroken || state.known?.line === "by_phone";
  setHidden(part("call"), phone.isInCall || ringsInstead);
  setHidden(part("ring"), phone.isInCall || !ringsInstead);
  setHidden(part("in-call"), !phone.isInCall);
  setHidden(part("notice"), phone.isInCall || !(mayCall || ringsInstead));
  setHidden(part("tips"), phone.isInCall || !mayCall);
  setHidden(part("check"), phone.isInCall || !mayCall);
  setHidden(part("mute"), !phone.isAnswered);
  setHidden(part("about"), !(phone.isInCall || mayCall || message.isOffered));
  setHidden(part("to-message"), !message.isOffered || !wantsAMessage(phone, state));
  setHidden(part("level"), !phone.isAnswered && !check.isOn);
  setHidden(part("time"), !phone.isAnswered);
  setOff(part("call"), phone.stage === Stage.LOADING || !mayCall);
  setText(part("call-word"), callWord());
  setHidden(part("ready"), !state.call?.is_asked);
  setAria(part("mute"), "pressed", phone.muted);
  setText(part("mute-word"), WORDS.mute[phone.muted ? "on" : "off"]);
}

/** What the button says. */
function callWord() {
  if (phone.stage === Stage.LOADING) {
    return WORDS.status.one_moment[0];
  }
  if (state.isElsewhere) {
    return WORDS.call.elsewhere;
  }
  if (!state.takesCalls) {
    return WORDS.call.closed;
  }
  return phone.ended && !phone.trouble ? WORDS.call.again : WORDS.call.first;
}

function showCheck() {
  setText(part("check-button"), WORDS.check[check.isOn ? "stop" : "start"]);
  setText(part("checked"), WORDS.check[check.said] ?? "");
  setHidden(part("level"), !phone.isAnswered && !check.isOn);
}

function tick() {
  if (phone.stage === Stage.CALLING && state.isSlow) {
    setText(part("advice"), statusOf(phone, state).advice);
  }
  setText(part("clock"), clock((Date.now() - (phone.connectedAt ?? Date.now())) / 1000));
}

$(part("call")).on("click", () => {
  if (!isOff(part("call"))) {
    check.stop();
    state.begin();
    phone.connect();
  }
});
$(part("hang-up")).on("click", (event) => {
  if (event.detail < 2) { // the second click of two on Call comes here
    phone.hangUp();
    state.hungUp();
  }
});
$(part("to-message")).on("click", () => part("message").querySelector("h2").focus());
$(part("ready")).on("click", () => phone.press("1"));
$(part("mute")).on("click", () => phone.mute(!phone.muted));
$(part("check-button")).on("click", () => (check.isOn ? check.stop() : check.start()));
setInterval(tick, 500);
phone.start();
state.start();
