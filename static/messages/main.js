/* The page of messages: follows the line for news of them, plays them, and does what is pressed. */

import { LiveLine } from "../shared/live.js";
import { send } from "../shared/send.js";
import "../shared/form-token.js";
import { ServerClock } from "../shared/server-clock.js";
import { putInOrder, setData, setHidden, setText } from "../shared/text.js";
import { notLive } from "../shared/words.js";
import { MessageRow } from "./row.js";
import { CANNOT_PLAY, DELETED, LIST_IS_OLD, ON_CARD, UNREACHABLE, summaryWords, undeletedWords } from "./words.js";

const AFRESH_MS = 60_000; // news may be lost, and messages go by age

const page = document.querySelector("[data-messages]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const rows = new Map();
const hooks = { press, cannotPlay: () => say("", CANNOT_PLAY) };
let revision = null;
let calls = [];
let isAsking = false;
let isWanted = false;

const line = new LiveLine(page.dataset.statusUrl, new ServerClock(), { updated, changed, isNeeded: () => false });

function updated(status) {
  calls = status.calls;
  for (const row of rows.values()) {
    row.showCallers(calls);
  }
  if (revision !== null && revision !== status.show.messages_revision) {
    ask();
  }
  revision = status.show.messages_revision;
}

function changed(live) {
  setData(page, "stale", live.isLive ? "no" : "yes");
  setText(part("live-banner"), notLive(live, LIST_IS_OLD));
}

/** Reads the list; once more afterwards if there was news meanwhile. */
async function ask() {
  isWanted = true;
  if (isAsking) {
    return;
  }
  isAsking = true;
  while (isWanted) {
    isWanted = false;
    try {
      show(await $.ajax({ url: page.dataset.listUrl, dataType: "json", timeout: 5000 }));
    } catch {
      // the next news, or the next minute, asks again; the banner says when the page is not live
    }
  }
  isAsking = false;
}

function show({ messages, undeleted }) {
  removeAllBut(new Set(messages.map((one) => one.id)));
  putInOrder(part("list"), messages.map(shown));
  setHidden(part("empty"), messages.length > 0);
  setText(part("summary"), summaryWords(messages));
  setText(part("undeleted"), undeletedWords(undeleted));
}

/** The focus of a row that goes is taken by the one below it or above it, or by the words that say there are none. */
function removeAllBut(ids) {
  for (const [id, { element }] of rows) {
    if (!ids.has(id)) {
      const hadFocus = element.contains(document.activeElement);
      const next = element.nextElementSibling ?? element.previousElementSibling;
      element.remove();
      rows.delete(id);
      if (hadFocus) {
        (next?.querySelector("button") ?? part("summary")).focus();
      }
    }
  }
}

/** Shows one message in its row, and returns the row's element. */
function shown(message) {
  const row = rows.get(message.id) ?? made(message);
  row.show(message);
  return row.element;
}

function made(message) {
  const row = new MessageRow(part("template"), page, message, hooks);
  row.showCallers(calls);
  rows.set(message.id, row);
  return row;
}

/** Sends what was pressed in a row; `name` is "heard", "card" or "delete". */
async function press(name, body) {
  const { heardUrl, cardUrl, deleteUrl } = page.dataset;
  const url = { heard: heardUrl, card: cardUrl, delete: deleteUrl }[name];
  const { result, sentence, answer } = await send(url, body, 12_000);
  if (result !== "done") {
    say("", sentence || UNREACHABLE);
  } else {
    say({ card: ON_CARD, delete: answer.problem ? "" : DELETED }[name] ?? "", answer.problem ?? "");
  }
  ask();
}

function say(good, bad) {
  setText(part("said"), good);
  setText(part("problem"), bad);
}

show(JSON.parse(page.dataset.list));
line.start(JSON.parse(page.dataset.status));
setInterval(() => document.hidden || ask(), AFRESH_MS);
