/* The order by hand: a caller is moved with keys or dragged, and stays where they were put while the line catches up. */

import { callerInSentence } from "../cards/words.js";
import { capital } from "../shared/format.js";
import { later } from "../shared/later.js";
import { setText } from "../shared/text.js";
import { successorOf, rearranged } from "./lineup.js";
import { send } from "../shared/send.js";
import { ORDER } from "./words.js";

const STEPS = { ArrowUp: -1, ArrowDown: 1 };
const PATIENCE_MS = 2500;

export class HandOrder {
  #list;
  #announcement;
  #hooks;
  #status = { calls: [], desks: [] };
  #wishes = [];
  #drag = null;
  #sent = Promise.resolve();

  /**
   * hooks: changed(), when the order must be drawn again; say(sentence), tells the DJ; isLive(); refresh(), which asks
   * for the line's state and resolves once it has come.
   */
  constructor(root, hooks) {
    this.#list = root.querySelector("[data-callers]");
    this.#announcement = root.querySelector("[data-announcement]");
    this.#hooks = hooks;
    $(this.#list).on("keydown", (event) => this.#pressed(event));
    $(this.#list).on("pointerdown", (event) => this.#grabbed(event));
    $(this.#list).on("pointermove", (event) => this.#dragged(event));
    $(this.#list).on("pointerup", () => this.#released());
    $(this.#list).on("pointercancel", () => this.#letGo());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#letGo());
  }

  update(status) {
    this.#status = status;
  }

  /** The line as it is, with the moves by hand applied: those that are on their way, and that of the caller being dragged. */
  get status() {
    let { calls } = this.#status;
    for (const { callSid, before } of this.#wishes) {
      calls = rearranged(calls, callSid, before);
    }
    if (this.#drag?.before !== undefined) {
      calls = rearranged(calls, this.#drag.callSid, this.#drag.before);
    }
    return { ...this.#status, calls };
  }

  /** Resolves when the line has answered every move, or takes too long: Next, pressed after one, is to find it made. */
  settled() {
    return Promise.race([this.#sent, later(PATIENCE_MS)]);
  }

  #pressed(event) {
    const step = STEPS[event.key];
    const callSid = event.target.closest(".caller")?.dataset.callSid;
    const isWriting = event.target.matches("input, textarea");
    if (!step || !callSid || isWriting || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    if (this.#mayMove(callSid)) {
      this.#step(callSid, step);
    }
  }

  #step(callSid, step) {
    const before = successorOf(this.status.calls, callSid, step);
    if (before === null) {
      this.#announce(callSid, "still");
    } else {
      this.#move(callSid, before);
    }
  }

  #grabbed(event) {
    const row = event.target.closest("[data-part=handle]")?.closest(".caller");
    if (!row || event.button !== 0 || !this.#mayMove(row.dataset.callSid)) {
      return;
    }
    event.preventDefault();
    this.#list.setPointerCapture(event.pointerId); // the row itself moves in the page, and would lose the pointer
    row.dataset.dragged = "yes";
    this.#drag = { callSid: row.dataset.callSid, row, from: this.status.calls };
  }

  #dragged(event) {
    if (this.#drag === null) {
      return;
    }
    const before = this.#rowBelow(event.clientY);
    if (before !== this.#drag.before) {
      this.#drag.before = before;
      this.#hooks.changed();
    }
  }

  #released() {
    if (this.#drag === null) {
      return;
    }
    const { callSid, before, from } = this.#drag;
    const isMoved = before !== undefined && rearranged(from, callSid, before).some((call, at) => call.call_sid !== from[at].call_sid);
    this.#letGo();
    if (isMoved) {
      this.#move(callSid, before);
    }
  }

  #letGo() {
    if (this.#drag !== null) {
      delete this.#drag.row.dataset.dragged;
      this.#drag = null;
      this.#hooks.changed();
    }
  }

  /** The caller before which the dragged one stands when the pointer is at this height: a CallSid, or "" below everybody. */
  #rowBelow(y) {
    // Where the rows belong, and not where they glide just now.
    const top = this.#list.getBoundingClientRect().top - this.#list.offsetTop;
    const others = this.status.calls.filter((call) => call.position !== null && call.call_sid !== this.#drag.callSid);
    const rows = new Map(Array.from(this.#list.children, (row) => [row.dataset.callSid, row]));
    const below = others.find(({ call_sid: callSid }) => {
      const row = rows.get(callSid);
      return row && y < top + row.offsetTop + row.offsetHeight / 2;
    });
    return below?.call_sid ?? "";
  }

  #mayMove(callSid) {
    const call = this.status.calls.find((one) => one.call_sid === callSid);
    if (!call || call.position === null) {
      this.#hooks.say(ORDER.notInLine);
    } else if (call.claimed) {
      this.#hooks.say(ORDER.onTheWay);
    } else if (!this.#hooks.isLive()) {
      this.#hooks.say(ORDER.notLive);
    } else {
      return true;
    }
    return false;
  }

  #move(callSid, before) {
    if (before === "" && this.#status.more) {
      this.#hooks.say(ORDER.moreWait);
      return;
    }
    const wish = { callSid, before };
    this.#wishes.push(wish);
    this.#hooks.changed();
    this.#announce(callSid, "now");
    this.#keepInSight(callSid);
    this.#sent = this.#sent.then(() => this.#send(wish)); // one after the other, as they were meant
  }

  /** Once the row has glided to its new place. */
  async #keepInSight(callSid) {
    const row = Array.from(this.#list.children).find((one) => one.dataset.callSid === callSid);
    await Promise.allSettled((row?.getAnimations() ?? []).map((animation) => animation.finished));
    row?.scrollIntoView({ block: "nearest" });
  }

  async #send(wish) {
    const answer = await send("/desk/move", { call_sid: wish.callSid, before: wish.before });
    await this.#hooks.refresh(); // so that the line's own order has the move in it when the wish is dropped
    this.#wishes = this.#wishes.filter((one) => one !== wish);
    this.#hooks.changed();
    if (answer.result !== "done") {
      this.#hooks.say(answer.sentence || ORDER.noAnswer);
      this.#announce(wish.callSid, "still");
    }
  }

  #announce(callSid, how) {
    const { calls, current_size: size } = this.status;
    const call = calls.find((one) => one.call_sid === callSid);
    if (call) {
      const who = callerInSentence(call).replace(/^the (?=caller )/, "");
      setText(this.#announcement, `${capital(who)}, ${how} number ${call.position} of ${size}.`);
    }
  }
}
