/* The screener's page: brings together the phone, the live line, the cards and the buttons. */

import "../shared/form-token.js";
import { Cards } from "../cards/cards.js";
import { CardForm } from "../cards/form.js";
import { Chat } from "../chat/chat.js";
import { guardCall } from "../shared/call-guard.js";
import { deskPhone } from "../shared/desk-phone.js";
import { Hint } from "../shared/hint.js";
import { JustLeft } from "../shared/just-left.js";
import { KeysPanel } from "../shared/keys-panel.js";
import { listenForKeys } from "../shared/keys.js";
import { LineHead } from "../shared/line-head.js";
import { LiveLine } from "../shared/live.js";
import { isDueForRenewal } from "../shared/renewal.js";
import { Clocks } from "../shared/clocks.js";
import { ServerClock } from "../shared/server-clock.js";
import { setHidden, setText } from "../shared/text.js";
import { keepAwake } from "../shared/wake-lock.js";
import { CHOOSE_FIRST, moreBehind } from "../shared/words.js";
import { TalkPanel } from "./talk-panel.js";
import { Known } from "./known.js";
import { Lists } from "./lists.js";
import { Requests } from "./requests.js";
import { PendingPress } from "./pending-press.js";
import { OwnDesk } from "./own-desk.js";
import { whyNot, whyNotFromList } from "./why-not.js";
import { WHY_NOT, placeWords } from "./words.js";

const TICK_MS = 250;

const desk = document.querySelector("[data-desk]");
const talkPanel = new TalkPanel(desk);
const clock = new ServerClock();
const head = new LineHead(desk);
const chat = new Chat(document.querySelector("[data-chat-panel]"));
const keysPanel = new KeysPanel();
const press = new PendingPress();
let status = null;
let isRenewing = false;
const hint = new Hint(show);
const say = (...said) => hint.say(...said);

const phone = deskPhone(desk, { changed: phoneChanged, heardLevel: (level) => talkPanel.showLevel(level) });
const ownDesk = new OwnDesk(phone);

const cards = new Cards(cardChanged);
const formRoot = document.querySelector("[data-card-form]").content.firstElementChild.cloneNode(true);
desk.querySelector("[data-talk-card]").append(formRoot);
const form = new CardForm(formRoot, cards, "talk");
const known = new Known(desk, (field, value) => form.write(field, value));
const lists = new Lists(desk, cards, clock, { mine: () => ownDesk.name, talk: pressTalk, verdict: pressFromList });
const clocks = new Clocks(clock);
const justLeft = new JustLeft(desk, cards, clock);

const line = new LiveLine(desk.dataset.statusUrl, clock, {
  updated,
  changed: (live) => {
    head.showLive(live);
    show();
  },
  isNeeded: () => phone.isInCall,
});
const requests = new Requests({ phone, ownDesk, press, say, refresh: () => line.refresh() });

function facts() {
  return { phone, ownDesk, press, isLive: line.isLive, isSignedOut: line.isSignedOut, hint };
}

function show() {
  const now = facts();
  talkPanel.show(now, requests.isBlocking(ownDesk.call?.call_sid ?? ""));
  lists.setOff(whyNot("talk", now) !== "");
  const talking = ownDesk.isInTalk ? ownDesk.call : null;
  const begins = talking !== null && talking.call_sid !== form.callSid;
  form.open(talking?.call_sid ?? "");
  if (begins && !isWriting()) {
    form.focus();
  }
  known.show(talking);
  tick();
}

/** Whether somebody writes on another card, or to the other desks. */
function isWriting() {
  return document.activeElement?.matches("input[type=text], textarea") ?? false;
}

function tick() {
  talkPanel.tick(ownDesk, clock.now());
  lists.tick();
  justLeft.tick();
  clocks.tick();
  head.tick(lists.waits());
}

function phoneChanged() {
  if (isRenewing && phone.ended === "here") {
    isRenewing = false;
    phone.connect();
    return;
  }
  keepAwake(phone.isInCall);
  if (status) {
    ownDesk.update(status); // who this page is may only be known now
    lists.show(status);
  }
  show();
}

function updated(newest) {
  status = newest;
  ownDesk.update(status);
  press.update(status.calls, ownDesk.name);
  cards.update(status);
  clocks.update(status);
  head.show(status);
  chat.update(status);
  lists.show(status);
  justLeft.show(status);
  const more = desk.querySelector("[data-more]");
  setHidden(more, !status.more);
  setText(more, status.more ? moreBehind(status.more) : "");
  show();
}

function cardChanged(callSid) {
  if (form.callSid === callSid) {
    form.show();
  }
  lists.showCard(callSid);
  justLeft.showCard(callSid);
}

/** Acts, unless there is a reason not to: that is said instead. */
async function attempt(reason, act) {
  if (reason) {
    say(reason);
    return;
  }
  hint.stop();
  const done = act();
  show();
  await done;
  show();
}

function pressVerdict(verdict) {
  const place = desk.querySelector("input[name=place]:checked").value;
  const before = verdict === "ready" && place === "next" ? ownDesk.firstReady : "";
  attempt(whyNot("verdict", facts()), () => requests.verdict(ownDesk.call, verdict, before));
}

function pressTalk(callSid) {
  attempt(whyNot("talk", facts()), () => requests.talk(ownDesk.row(callSid)));
}

function pressFromList(callSid, verdict) {
  const call = ownDesk.row(callSid);
  attempt(whyNotFromList(call, facts()), () => requests.verdict(call, verdict));
}

function pressPlace() {
  const other = desk.querySelector("input[name=place]:not(:checked)");
  if (ownDesk.isInTalk) {
    other.checked = true;
    say(placeWords(other.value));
  }
}

const actions = {
  connect: () => attempt(whyNot("connect", facts()), () => phone.connect()),
  talkNext: () => attempt(whyNot("talkNext", facts()), () => requests.talk(null)),
  mute: () => attempt(whyNot("mute", facts()), () => phone.mute(!phone.muted)),
  hangUp: () => attempt(whyNot("hangUp", facts()), () => phone.hangUp()),
  help: () => keysPanel.open(),
};
for (const [what, act] of Object.entries(actions)) {
  $(talkPanel.buttons[what]).on("click", act);
}
for (const button of talkPanel.verdicts) {
  $(button).on("click", () => pressVerdict(button.dataset.verdict));
}

const down = () => lists.moveFocus(1);
const up = () => lists.moveFocus(-1);
const choose = (act) => () => act() || say(CHOOSE_FIRST);
const { connect: c, talkNext: n, mute: m, hangUp, help } = actions;
listenForKeys(
  {
    ...{ c, n, m, "?": help, H: hangUp, p: pressPlace, "/": () => chat.open() },
    ...{ r: () => pressVerdict("ready"), o: () => pressVerdict("hold"), b: () => pressVerdict("back") },
    ...{ L: () => pressVerdict("let_go"), X: () => pressVerdict("block") },
    w: () => (ownDesk.isInTalk ? form.focus() : say(WHY_NOT.nobodyInTalk)),
    ...{ t: choose(() => lists.pressFocused()), e: choose(() => lists.editFocused()) },
    ...{ j: down, k: up, arrowdown: down, arrowup: up },
  },
  talkPanel.keysBox,
);

setInterval(() => {
  press.tick();
  if (isDueForRenewal(phone) && line.isLive && !ownDesk.call && !press.isPending) {
    isRenewing = true;
    phone.hangUp();
  }
  show();
}, TICK_MS);

guardCall(phone, say);
line.start(JSON.parse(desk.dataset.status));
phone.start();
