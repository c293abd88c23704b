/* What we know of a caller, piece by piece: a button for each person heard at the number, a line for each earlier call. */

import { whenOf } from "../cards/words.js";
import { capital } from "../shared/format.js";

const OUTCOME_WORDS = {
  aired: "on the air",
  hung_up: "hung up",
  dropped: "taken off the air",
  let_go: "let go",
  blocked: "blocked",
  line_full: "the line was full",
  line_closed: "the line was closed",
  left_message: "left a message",
  lost: "lost",
};

/** `choose(name, place)` is called when somebody says that it is them. */
export function personButton({ name, place, last_at: at }, choose) {
  const button = element("button", `It is ${[name, place].filter(Boolean).join(", ")}`, "small person");
  button.type = "button";
  if (at) {
    button.append(" ", element("span", `last ${whenOf(at)}`));
  }
  button.addEventListener("click", () => choose(name ?? "", place ?? ""));
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
