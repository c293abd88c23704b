// The dialog of one call: its keys, its speech, and all it has heard.
import { ask, tell } from "./control.js";
import { clock } from "./view.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const NAMES = { "*": "Star", "#": "Hash" };

/** Wires the dialog; answers `open(callSid, snapshot)` and `follow(snapshot)`. */
export function watchDialog() {
  const dialog = document.getElementById("call-dialog");
  const keypad = document.getElementById("keypad");
  const speech = document.getElementById("speech-form");
  const heard = document.getElementById("call-heard");
  let callSid = "";

  for (const key of KEYS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = key;
    if (NAMES[key]) {
      button.setAttribute("aria-label", NAMES[key]);
    }
    button.addEventListener("click", () => send("/digits", { digits: key }, `Pressed ${key}.`));
    keypad.append(button);
  }

  function send(path, body, words) {
    ask("POST", `/callers/${callSid}${path}`, body).then(
      () => tell(words),
      () => {},
    );
  }

  speech.addEventListener("submit", (event) => {
    event.preventDefault();
    send("/speech", { text: speech.elements.text.value }, "Said.");
    speech.reset();
  });
  document.getElementById("call-hang-up").addEventListener("click", () => {
    ask("DELETE", `/callers/${callSid}`).then(
      () => tell("They hung up."),
      () => {},
    );
  });
  document.getElementById("call-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    callSid = "";
  });

  function fill(snapshot) {
    const call = [...snapshot.calls, ...snapshot.ended].find((one) => one.call_sid === callSid);
    if (!call) {
      document.getElementById("call-words").textContent = "This call is over.";
      return;
    }
    document.getElementById("call-title").textContent = `${call.name}, ${call.line}`;
    document.getElementById("call-words").textContent = call.words;
    document.getElementById("call-hears").textContent = call.live ? `Hears ${call.hears}` : "";
    for (const control of dialog.querySelectorAll(".keypad button, #speech-form input, #speech-form button, .danger")) {
      control.disabled = !call.live;
    }
  }

  async function log() {
    const asked = callSid;
    const answer = await fetch(`${document.body.dataset.control}/callers/${asked}`).catch(() => null);
    if (!answer?.ok || asked !== callSid) {
      return;
    }
    const caller = await answer.json();
    const atEnd = heard.scrollTop + heard.clientHeight >= heard.scrollHeight - 8;
    heard.replaceChildren(
      ...caller.heard.map((one) => {
        const item = document.createElement("li");
        const at = document.createElement("span");
        at.className = "at";
        at.textContent = `${clock(one.at)} ${one.verb} `;
        item.append(at, one.text);
        return item;
      }),
    );
    if (atEnd) {
      heard.scrollTop = heard.scrollHeight;
    }
  }

  return {
    open(sid, snapshot) {
      callSid = sid;
      heard.replaceChildren();
      fill(snapshot);
      log();
      dialog.showModal();
    },
    follow(snapshot) {
      if (dialog.open && callSid) {
        fill(snapshot);
        log();
      }
    },
  };
}
