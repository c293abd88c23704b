/* What we know of a caller, piece by piece: a button for each person heard at the number, a line for each earlier call. */

import { whenOf } from "../cards/words.js";
import { capital } from "../shared/format.js";
import { OUTCOME_WORDS, personWords } from "./words.js";

/** `choose(name, place)` is called when somebody says that it is them. */
export function personButton({ name, place, last_at: at }, choose) {
  const { it, last } = personWords({ name, place }, at ? whenOf(at) : "");
  const button = element("button", it, "small person");
  button.type = "button";
  if (last) {
    button.append(" ", element("span", last));
  }
  $(button).on("click", () => choose(name ?? "", place ?? ""));
  return button;
}

export function historyItem({ joined_at: at, outcome, name, topic }) {
  const what = [OUTCOME_WORDS[outcome] ?? outcome, name, topic].filter(Boolean).join(" · ");
  return element("li", `${capital(whenOf(at))}: ${what}`);
}

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) {
    made.className = className;
  }
  return made;
}
