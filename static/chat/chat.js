/* The chat between the desks: the last messages, one's own draft, and a silent alert for what is new. */

import { send } from "../shared/send.js";
import { setData, setHidden, setText } from "../shared/text.js";
import { sayInTitle } from "../shared/title.js";
import { DeskList } from "./desk-list.js";
import { NOT_SENT, NO_MESSAGES, newMessages, sending } from "./words.js";

const URL = "/desk/chat";
const SEEN_MS = 6000; // how long a message is in sight before it counts as seen

export class Chat {
  #root;
  #me;
  #desks;
  #known = null; // null before the first answer: what was said before the page was opened is not news
  #oldest = 0;
  #unread = 0;
  #ours = [];
  #lines = new Map(); // by the message's id
  #seenTimer = 0;

  /** `root` is the panel of chat/panel.html, which says who is signed in. */
  constructor(root) {
    this.#root = root;
    this.#me = root.dataset.me;
    this.#desks = new DeskList(root.querySelector("[data-desks]"));
    $(this.#part("form")).on("submit", (event) => {
      event.preventDefault();
      this.#sayTyped();
    });
    for (const button of root.querySelectorAll("[data-canned]")) {
      $(button).on("click", () => this.#say(button.textContent));
    }
    $(root).on("toggle focusin pointerdown", () => this.#look());
    document.addEventListener("visibilitychange", () => this.#look());
  }

  update(status) {
    this.#desks.show(status.desks ?? [], status.calls);
    const messages = status.chat ?? [];
    const isFirst = this.#known === null;
    const fresh = messages.filter(({ id }) => isFirst || (!this.#known.has(id) && id > this.#oldest));
    if (!isFirst && fresh.length === 0) {
      return;
    }
    this.#known = new Set(messages.map(({ id }) => id));
    this.#oldest = messages[0]?.id ?? 0;
    this.#show(messages);
    if (isFirst) {
      return;
    }
    const theirs = fresh.filter((message) => !this.#isOurs(message));
    if (theirs.length) {
      this.#unread += theirs.length;
      setText(document.querySelector("[data-chat-announcement]"), theirs.map(({ name, text }) => `${name}: ${text}`).join(" "));
      this.#showUnread();
      this.#look();
    }
  }

  /** Opens the panel with the keyboard in it. */
  open() {
    this.#root.open = true;
    this.#part("input").focus();
  }

  #show(messages) {
    const list = this.#part("messages");
    for (const [id, line] of this.#lines) {
      if (!this.#known.has(id)) {
        line.remove();
        this.#lines.delete(id);
      }
    }
    for (const message of messages.filter(({ id }) => !this.#lines.has(id))) {
      this.#lines.set(message.id, this.#line(message));
      list.append(this.#lines.get(message.id));
    }
    list.scrollTop = list.scrollHeight;
    const last = messages.at(-1);
    setText(this.#part("last"), last ? `${last.name}: ${last.text}` : NO_MESSAGES);
  }

  #line({ at, name, text }) {
    const line = this.#part("line").content.firstElementChild.cloneNode(true);
    line.dataset.own = name === this.#me ? "yes" : "no";
    const [time, who, what] = ["at", "name", "text"].map((part) => line.querySelector(`[data-message="${part}"]`));
    const moment = new Date(at * 1000);
    time.textContent = moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    time.dateTime = moment.toISOString();
    who.textContent = name;
    what.textContent = text;
    return line;
  }

  async #sayTyped() {
    const input = this.#part("input");
    const text = input.value.trim();
    if (!text) {
      return;
    }
    input.value = "";
    if (!(await this.#say(text)) && input.value === "") {
      input.value = text;
    }
  }

  /** Sends it to the other desks; resolves to whether it arrived. */
  async #say(text) {
    setText(this.#part("sending"), sending(text));
    const { result, sentence, answer } = await send(URL, { text });
    const isSaid = result === "done";
    if (isSaid) {
      this.#ours.push(answer.id);
    }
    setText(this.#part("sending"), isSaid ? "" : sentence || NOT_SENT);
    return isSaid;
  }

  /** Whether this page said it. Its answer may still be on the way: then the name and what is being said tell. */
  #isOurs({ id, name, text }) {
    return this.#ours.includes(id) || (name === this.#me && this.#part("sending").textContent === sending(text));
  }

  /** Somebody looks at the messages: after a while in sight they are not new any more. */
  #look() {
    clearTimeout(this.#seenTimer);
    if (this.#unread && this.#root.open && !document.hidden) {
      this.#seenTimer = setTimeout(() => {
        this.#unread = 0;
        this.#showUnread();
      }, SEEN_MS);
    }
  }

  #showUnread() {
    const words = newMessages(this.#unread);
    setData(this.#root, "unread", this.#unread ? "yes" : "no");
    setText(this.#part("unread"), words);
    setHidden(this.#part("unread"), !this.#unread);
    sayInTitle("alert", words && `(${words})`);
  }

  #part(name) {
    return this.#root.querySelector(`[data-chat="${name}"]`);
  }
}
