/* The screener's own side of the page: the caller in talk, the status line, and which buttons work. */

import { whoInWords } from "../cards/words.js";
import { clock } from "../shared/format.js";
import { setAria, setData, setHidden, setOff, setText } from "../shared/text.js";
import { sayInTitle } from "../shared/title.js";
import { warningOf } from "../shared/trouble-words.js";
import { MUTE_WORDS, callerLabel } from "../shared/words.js";
import { whyNot } from "./why-not.js";
import { BLOCK_WORDS, LEVEL_WORDS, TALK_WORDS, TITLE_IN_TALK, stateOf, statusOf } from "./words.js";

const WITH_CALLER = new Set(["coming", "talk", "leaving", "reconnecting"]);
const LOUD = 0.02;

export class TalkPanel {
  #root;
  buttons;
  verdicts;
  keysBox;

  constructor(root) {
    this.#root = root;
    this.buttons = {
      connect: this.#part("connect"),
      talkNext: this.#part("talk-next"),
      mute: this.#part("mute"),
      hangUp: this.#part("hang-up"),
      help: this.#part("help"),
    };
    this.verdicts = [...root.querySelectorAll("[data-verdict]")];
    this.keysBox = this.#part("keys");
  }

  /** `facts` is what statusOf and whyNot ask for; `isBlocking`, whether Block has been pressed once. */
  show(facts, isBlocking) {
    const { phone, ownDesk } = facts;
    const state = stateOf(facts);
    const status = statusOf(facts);
    const call = WITH_CALLER.has(state) ? ownDesk.call : null;
    const name = call ? whoInWords(call) : "";
    setData(this.#root, "air", state);
    setData(this.#root, "screened", ownDesk.show.screened ? "yes" : "no");
    setText(this.#part("air-word"), TALK_WORDS[state]);
    setText(this.#part("talk-name"), name);
    setText(this.#part("talk-number"), call ? callerLabel(call.number) : "");
    setHidden(this.#part("talk-time"), !call);
    setHidden(this.#part("muted"), !phone.muted);
    setData(this.#part("status"), "tone", status.tone);
    setText(this.#part("status-title"), status.title);
    setText(this.#part("status-advice"), status.advice.trim());
    setText(this.#part("warning"), phone.isInCall ? warningOf(phone) : "");
    sayInTitle("state", state === "talk" ? TITLE_IN_TALK : "");
    for (const what of ["connect", "talkNext", "mute", "hangUp"]) {
      setOff(this.buttons[what], whyNot(what, facts) !== "");
    }
    for (const button of this.verdicts) {
      setOff(button, whyNot("verdict", facts) !== "");
    }
    setAria(this.buttons.mute, "pressed", phone.muted);
    setText(this.#part("mute-word"), phone.muted ? MUTE_WORDS.on : MUTE_WORDS.off);
    setText(this.#part("block-word"), BLOCK_WORDS[isBlocking ? "sure" : call?.number === "browser" ? "browser" : "number"]);
    this.#swap(ownDesk.isInTalk);
    if (!phone.isAnswered) {
      this.showLevel(0, false);
    }
  }

  tick(ownDesk, now) {
    setText(this.#part("talk-clock"), ownDesk.call ? clock(now - ownDesk.call.joined_at) : "0:00");
  }

  /** The microphone's level, from 0 to 1: a bar, and a word for people that cannot see it. */
  showLevel(level, isOn = true) {
    this.#part("level").style.transform = `scaleX(${Math.min(1, level * 1.5).toFixed(2)})`;
    const word = this.#part("level-word");
    if (!isOn) {
      setText(word, LEVEL_WORDS.off);
    } else if (level > LOUD) {
      setText(word, LEVEL_WORDS.heard);
    } else if (word.textContent === LEVEL_WORDS.off) {
      setText(word, LEVEL_WORDS.silent);
    }
  }

  /** What begins a talk and what ends it are never there together; the focus goes to where the next press is made. */
  #swap(isInTalk) {
    const begin = this.#part("begin");
    const talk = this.#part("in-talk");
    if (talk.hidden === !isInTalk) {
      return;
    }
    const hadFocus = (isInTalk ? begin : talk).contains(document.activeElement);
    begin.hidden = isInTalk;
    talk.hidden = !isInTalk;
    if (hadFocus) {
      (isInTalk ? this.#part("talk") : this.buttons.talkNext).focus({ preventScroll: true });
    }
  }

  #part(name) {
    return this.#root.querySelector(`[data-part-of-desk="${name}"]`);
  }
}
