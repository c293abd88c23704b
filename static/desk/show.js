/* What holds for the whole line: open, last calls or closed; how many may wait; whether callers are screened, or asked to press 1. */

import { timeOfDay } from "../shared/format.js";
import { isOff, setAria, setData, setOff, setText } from "../shared/text.js";
import { closingWords } from "./closing.js";
import { send } from "../shared/send.js";
import { BUTTON_WORDS, LIMIT_IS_A_NUMBER, OPENING_WORDS, SHOW_NOT_CHANGED, SWITCH_WORDS, sureToClose } from "./words.js";

const SURE_MS = 6000; // closing the line with people in it takes two presses within this time

/* The switches, by their names on the page; and the setting of the show that each turns on or off. */
const SWITCHES = {
  screened: "screened",
  "ready-check": "ready_check",
  whisper: "whisper",
  "browser-calls": "browser_calls",
  "ask-callers": "ask_callers",
};

export class ShowBar {
  #root;
  #say;
  #show = { opening: "open", opening_since: 0, most_callers: 0, ready_check: false, screened: false, whisper: false, browser_calls: true, ask_callers: false };
  #waiting = 0;
  #sureUntil = 0;
  #status = { calls: [] };
  #clock;

  /** `clock` is the server's clock; `say(sentence)` tells the DJ. */
  constructor(root, clock, say) {
    this.#root = root;
    this.#clock = clock;
    this.#say = say;
    for (const button of this.#openings) {
      $(button).on("click", () => this.#press(button, () => this.#setOpening(button.dataset.opening)));
    }
    for (const [name, setting] of Object.entries(SWITCHES)) {
      const control = this.#part(name);
      $(control).on("click", () => this.#press(control, () => this.#set({ [setting]: !this.#show[setting] })));
    }
    const limit = this.#part("limit");
    $(limit).on("change", () => this.#press(limit, () => this.#setLimit(limit)));
  }

  update(status) {
    this.#status = status;
    this.#show = { ...this.#show, ...status.show };
    // Callers on hold are thanked as well.
    this.#waiting = status.current_size + status.calls.filter(({ stage }) => stage === "held").length;
    const { opening, opening_since: at, most_callers: most } = this.#show;
    for (const button of this.#openings) {
      setAria(button, "pressed", button.dataset.opening === opening);
    }
    setData(this.#root, "opening", opening);
    const since = at ? ` since ${timeOfDay(new Date(at * 1000))}` : "";
    setText(this.#part("opening-words"), OPENING_WORDS[opening]?.(since) ?? "");
    for (const [name, setting] of Object.entries(SWITCHES)) {
      const isOn = this.#show[setting];
      setAria(this.#part(name), "checked", isOn);
      setText(this.#part(`${name}-word`), SWITCH_WORDS[name][isOn ? "on" : "off"]);
    }
    setData(this.#root, "screened", this.#show.screened ? "yes" : "no");
    const limit = this.#part("limit");
    if (document.activeElement !== limit) {
      limit.value = most || "";
    }
  }

  /** Whether the buttons work: without the app they do not. */
  setLive(isLive) {
    const switches = Object.keys(SWITCHES).map((name) => this.#part(name));
    for (const control of [...this.#openings, ...switches, this.#part("limit")]) {
      setOff(control, !isLive);
    }
  }

  tick() {
    setText(this.#part("closed-word"), BUTTON_WORDS.close[Date.now() < this.#sureUntil ? 1 : 0]);
    const { left, unreached } = closingWords(this.#status, this.#clock.now());
    setText(this.#part("left"), left);
    setText(this.#part("unreached"), unreached);
  }

  #press(control, act) {
    if (isOff(control)) {
      this.#say(SHOW_NOT_CHANGED);
    } else {
      act();
    }
  }

  #setOpening(opening) {
    const mustBeSure = opening === "closed" && this.#show.opening !== "closed" && this.#waiting > 0 && Date.now() > this.#sureUntil;
    this.#sureUntil = mustBeSure ? Date.now() + SURE_MS : 0;
    this.tick();
    if (mustBeSure) {
      this.#say(sureToClose(this.#waiting));
    } else {
      this.#set({ opening });
    }
  }

  #setLimit(input) {
    const most = input.value.trim() === "" ? 0 : Number(input.value);
    if (Number.isInteger(most) && most >= 0) {
      this.#set({ most_callers: most });
    } else {
      this.#say(LIMIT_IS_A_NUMBER);
    }
  }

  async #set(settings) {
    const answer = await send("/desk/settings", settings);
    this.#say(answer.sentence || SHOW_NOT_CHANGED);
  }

  get #openings() {
    return this.#root.querySelectorAll("[data-opening-button]");
  }

  #part(name) {
    return this.#root.querySelector(`[data-show="${name}"]`);
  }
}
