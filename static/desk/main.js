/* The DJ's page: brings together the phone, the live line and the buttons. */

import "../shared/form-token.js";
import { Cards } from "../cards/cards.js";
import { Chat } from "../chat/chat.js";
import { closeDrawersByThemselves } from "../shared/drawer.js";
import { guardCall } from "../shared/call-guard.js";
import { Clocks } from "../shared/clocks.js";
import { deskPhone } from "../shared/desk-phone.js";
import { Hint } from "../shared/hint.js";
import { isDueForRenewal } from "../shared/renewal.js";
import { ServerClock } from "../shared/server-clock.js";
import { JustLeft } from "../shared/just-left.js";
import { keepAwake } from "../shared/wake-lock.js";
import { CHOOSE_FIRST } from "../shared/words.js";
import { AirCards } from "./air-cards.js";
import { Attempts } from "./attempts.js";
import { ConsoleCards } from "../console/cards.js";
import { Lines } from "../console/lines.js";
import { FIRST } from "../console/mixing.js";
import { CallList } from "./calls.js";
import { DeskPanel } from "./desk-panel.js";
import { HandOrder } from "./hand-order.js";
import { KeysPanel } from "../shared/keys-panel.js";
import { listenForKeys } from "../shared/keys.js";
import { LineHead } from "../shared/line-head.js";
import { SoundPanel } from "../sound-panel/panel.js";
import { RecorderPanel } from "../recorder/panel.js";
import { Lock } from "./lock.js";
import { LiveLine } from "../shared/live.js";
import { forgetConnected, recallConnected, rememberConnected } from "./memory.js";
import { MutePresses } from "./mute-presses.js";
import { OnAir } from "./on-air.js";
import { PendingPress } from "./pending-press.js";
import { Requests } from "./requests.js";
import { Programme } from "./programme.js";
import { ShowBar } from "./show.js";
import { whyNot } from "./why-not.js";
import { LOCKED, NOT_LOCKED, REFRESHED, WHY_NOT } from "./words.js";

const TICK_MS = 250;

const desk = document.querySelector("[data-desk]");
const mayRun = desk.dataset.mayRun === "yes";
const mayTakeNow = desk.dataset.mayTakeNow === "yes";
const deskPanel = new DeskPanel(desk);
const clock = new ServerClock();
const head = new LineHead(desk);
const cards = new Cards(cardChanged);
const list = new CallList(desk, cards, clock, pressTake, pressAdd);
const consoleCards = new ConsoleCards(desk, deskPanel.lines[0], clock, pressStrip);
const airCards = new AirCards(desk, cards, [...deskPanel.lines, ...consoleCards.lineCards]);
const clocks = new Clocks(clock);
const justLeft = new JustLeft(desk, cards, clock);
const hint = new Hint(show);
const say = (...said) => hint.say(...said);
const showBar = new ShowBar(desk, clock, say);
const programme = new Programme(desk, say);
const chat = new Chat(document.querySelector("[data-chat-panel]"));
const press = new PendingPress();
const lock = new Lock();
const keysPanel = new KeysPanel();
const air = new OnAir(clock);
let past = recallConnected();
air.begin(past);
let isRenewing = false;
const mutePresses = new MutePresses();

const phone = deskPhone(desk, { changed: phoneChanged, muteInstead, beforeCall });
const lines = new Lines(desk, { first: phone, air, say, changed: show, wantedMicrophone, outputOf });
const sound = new SoundPanel(desk, { phone, lines, meterOf: (name) => consoleCards.meterOf(name), say });
const recorder = mayRun ? new RecorderPanel(desk, { phone, lines, air, say }) : null;

const line = new LiveLine(desk.dataset.statusUrl, clock, {
  updated,
  changed: (live) => {
    head.showLive(live);
    showBar.setLive(live.isLive);
    programme.setLive(live.isLive);
    recorder?.setSignedOut(live.isSignedOut);
    show();
  },
  isNeeded: () => phone.isInCall || lines.isInUse, // the title of this tab says who is on the air
});

const order = new HandOrder(desk, {
  changed: () => list.show(order.status),
  say,
  isLive: () => mayRun && line.isLive,
  refresh: () => line.refresh(),
});

const requests = new Requests({ phone, air, press, line, order, say });
const attempts = new Attempts({ facts, show, hint, lock, air, press, requests, lines });
const attempt = (what, act) => attempts.attempt(what, act);

function facts() {
  const { isHangingUp } = requests;
  return { mayRun, mayTakeNow, phone, air, press, isLocked: lock.isOn, isLive: line.isLive, isSignedOut: line.isSignedOut, soundWarning: sound.warning, past, hint, isHangingUp, isRenewing, otherLine: lines.other, isInOtherCall: lines.isInUse, isCued: lines.channel(FIRST)?.isCued === true, thanked: air.thankedFor(lines.selected), isOnOtherLine: lines.onAir() !== "", djNumber: desk.dataset.djNumber };
}

function show() {
  const now = facts();
  deskPanel.show(now);
  consoleCards.show(lines, { isOff: press.isResting || !line.isLive, isLive: line.isLive, isMuted: phone.muted, isByPhone: air.isByPhone, thankedOn: (name) => air.thankedOn(name) });
  list.setAdding(lines.canAdd && whyNot("take", now) === "");
  list.setOff(press.isResting || whyNot("take", now) !== "");
  tick();
}

function tick() {
  deskPanel.tick(air);
  consoleCards.tick();
  list.tick();
  justLeft.tick();
  head.tick(list.waits());
  showBar.tick();
  clocks.tick();
}

function beforeCall() {
  return sound.beforeCall();
}

function outputOf(name, isCued) {
  return sound.outputOf(name, isCued);
}

function wantedMicrophone() {
  return sound.wantedMicrophone;
}

function phoneChanged() {
  if (phone.isAnswered) {
    past = null;
    isRenewing = false;
    air.connected(phone.callSid);
    rememberConnected(air.leg, air.call);
  } else if (phone.ended) {
    forgetConnected();
    press.forget();
    if (isRenewing && phone.ended === "here") {
      connect();
      return;
    }
    isRenewing = false;
  }
  keepAwake(phone.isInCall);
  sound.phoneChanged();
  show();
}

function muteInstead(on) {
  return lines.muteMicrophone(on);
}

function updated(status) {
  air.update(status);
  consoleCards.update(status);
  lines.update(status);
  press.update(air.desk.on_air);
  if (phone.isAnswered) {
    rememberConnected(air.leg, air.call);
  }
  mutePresses.update(air, phone, lines.isInUse);
  sound.update((name) => (name === FIRST ? air.desk.on_air : lines.callerOf(name)));
  recorder?.update(status);
  head.show(status);
  cards.update(status);
  chat.update(status);
  order.update(status);
  justLeft.show(status);
  clocks.update(status);
  const open = list.openCard;
  list.show(order.status);
  showBar.update(status);
  programme.update(status);
  show();
  airCards.update();
  if (open.callSid && open.callSid !== list.openCard.callSid) {
    airCards.open(open.callSid, open.field || "name"); // they are on the air now: what is being written goes along
  }
}

/** Whether nobody is on the air or about to be, and nobody would come by surprise. */
function isQuiet() {
  const { on_air: onAir, claimed, pending, idle } = air.desk;
  return line.isLive && !lines.isInUse && air.whose === "mine" && !onAir && !claimed && !pending && !idle && !press.isResting;
}

function connect() {
  past = null;
  air.begin();
  press.forget();
  phone.connect();
}

function pressTake(callSid, row) {
  attempts.take(callSid, row);
}

function pressAdd(call) {
  attempts.add(call);
}

function pressStrip(name, what, value) {
  attempts.strip(name, what, value);
}

function cardChanged(callSid) {
  list.showCard(callSid);
  airCards.showCard(callSid);
  justLeft.showCard(callSid);
}

function pressWrite() {
  if (!air.call || !airCards.open(air.call.call_sid)) {
    say(WHY_NOT.nobodyOnAir);
  }
}

function pressLock() {
  lock.toggle();
  say(lock.isOn ? LOCKED : NOT_LOCKED);
}

function hangUp() {
  lines.hangUp();
  return requests.hangUp();
}

async function pressRefresh() {
  const came = await line.refresh();
  deskPanel.sayRefreshed(came ? REFRESHED.yes : REFRESHED.no);
}

const actions = {
  connect: () => attempt("connect", connect),
  next: () => attempts.onLine("next", () => requests.next()),
  drop: () => attempts.onLine("drop", () => requests.drop()),
  hold: () => attempts.onLine("hold", () => requests.hold()),
  automatic: () => attempt("automatic", () => requests.setAutomatic()),
  bringBack: () => attempts.bringBack(air.thankedFor(lines.selected)),
  takeOver: () => attempt("takeOver", () => requests.takeOver()),
  takeNow: () => attempt("takeNow", () => requests.takeNow()),
  withdraw: () => attempt("withdraw", () => requests.withdraw()),
  refuse: () => attempt("refuse", () => requests.handOver(false)),
  handOver: () => attempt("handOver", () => requests.handOver(true)),
  hangUp: () => attempt("hangUp", hangUp),
  lock: pressLock,
  mute: () => attempt("mute", () => phone.mute(!phone.muted)),
  refresh: pressRefresh,
  help: () => keysPanel.open(),
};
for (const [what, act] of Object.entries(actions)) {
  $(deskPanel.buttons[what]).on("click", () => deskPanel.isMeant(what) && act());
}

const { connect: c, next: n, drop, hold: o, automatic: a, refuse, bringBack: b, lock: l, mute: m, refresh: r, help } = actions;
const down = () => list.moveFocus(1);
const up = () => list.moveFocus(-1);
const choose = (act) => () => act() || say(CHOOSE_FIRST);
const select = (number) => () => lines.select(number === 1 ? FIRST : `${FIRST}-${number}`);
listenForKeys({ 1: select(1), 2: select(2), 3: select(3), 4: select(4), b, c, n, o, a, l, m, r, "?": help, "/": () => chat.open(), D: drop, H: actions.hangUp, R: refuse, t: choose(() => list.pressFocused()), e: choose(() => list.editFocused()), w: pressWrite, x: () => recorder?.mark(), j: down, k: up, arrowdown: down, arrowup: up }, deskPanel.keysBox);

setInterval(() => {
  press.tick();
  lines.tick();
  recorder?.tick();
  requests.takeOverBySilence();
  if (isDueForRenewal(phone) && isQuiet()) {
    isRenewing = true;
    phone.hangUp();
  }
  show();
}, TICK_MS);

closeDrawersByThemselves();
guardCall(phone, say);
line.start(JSON.parse(desk.dataset.status));
if (mayRun) {
  phone.start();
}
