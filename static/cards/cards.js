/* The cards that were opened on this page: a draft for each of their fields, kept until the page is left. */

import { send } from "../shared/send.js";
import { tokenHeader } from "../shared/form-token.js";
import { Draft } from "./draft.js";

const URL = "/desk/card";
export const FIELDS = Object.freeze(["name", "place", "topic", "note", "quality"]);

export class Cards {
  #drafts = new Map();
  #rows = new Map();
  #changed;

  /** `changed(callSid)` is called when a card must be drawn again. */
  constructor(changed) {
    this.#changed = changed;
    window.addEventListener("pagehide", () => this.#flush());
  }

  update(status) {
    this.#rows = new Map([...status.calls, ...(status.left ?? [])].map((call) => [call.call_sid, call]));
    for (const [callSid, drafts] of this.#drafts) {
      this.#tell(callSid, drafts);
    }
  }

  /** The drafts of a call's fields, by their names. */
  of(callSid) {
    let drafts = this.#drafts.get(callSid);
    if (!drafts) {
      drafts = Object.fromEntries(FIELDS.map((field) => [field, this.#draft(callSid, field)]));
      this.#drafts.set(callSid, drafts);
      this.#tell(callSid, drafts);
    }
    return drafts;
  }

  #draft(callSid, field) {
    return new Draft({
      send: (value, base) => send(URL, { call_sid: callSid, field, value, base }),
      changed: () => this.#changed(callSid),
    });
  }

  #tell(callSid, drafts) {
    const card = this.#rows.get(callSid)?.card;
    if (!card) {
      return;
    }
    for (const field of FIELDS) {
      const value = field === "quality" ? String(card.quality || "") : card[field];
      drafts[field].update(value, card.revisions[field] ?? 0, card.by[field] ?? "");
    }
  }

  /** The page is left: what is not saved is sent along, and nobody waits for the answer. */
  #flush() {
    for (const [callSid, drafts] of this.#drafts) {
      for (const field of FIELDS) {
        const { unsent } = drafts[field];
        if (unsent) {
          const body = JSON.stringify({ call_sid: callSid, field, ...unsent });
          const headers = { "Content-Type": "application/json", ...tokenHeader() };
          fetch(URL, { method: "POST", keepalive: true, headers, body }).catch(() => {});
        }
      }
    }
  }
}
