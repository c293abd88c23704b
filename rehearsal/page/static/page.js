// The rehearsal's page: follows the network's snapshots and sends what is pressed.
import { ask, tell } from "./control.js";
import { watchDialog } from "./call.js";
import { fillForms, wireForms } from "./forms.js";
import { show } from "./view.js";

const SILENCE_MS = 12_000;

const banner = document.getElementById("link-state");
const dialog = watchDialog();
let lastHeardMs = Date.now();
let snapshot = null;

function live(yes) {
  banner.dataset.live = yes ? "yes" : "no";
  const words = yes ? "Live." : "Not live: the network does not answer. Is the rehearsal still running?";
  if (banner.textContent !== words) {
    banner.textContent = words;
  }
}

function follow() {
  const events = new EventSource(document.body.dataset.events);
  events.addEventListener("message", (event) => {
    lastHeardMs = Date.now();
    snapshot = JSON.parse(event.data);
    snapshot.received_ms = lastHeardMs;
    live(true);
    show(snapshot);
    fillForms(snapshot);
    dialog.follow(snapshot);
  });
  events.addEventListener("error", () => {
    live(false);
    // The browser tries again by itself, except after answers that it takes as final.
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(follow, 2000);
    }
  });
}

setInterval(() => {
  if (Date.now() - lastHeardMs > SILENCE_MS) {
    live(false);
  }
  if (snapshot) {
    show(snapshot);
  }
}, 1000);

document.getElementById("calls").addEventListener("click", (event) => {
  const item = event.target.closest("[data-call]");
  if (!item) {
    return;
  }
  const callSid = item.dataset.call;
  if (event.target.closest(".hang-up")) {
    ask("DELETE", `/callers/${callSid}`).then(() => tell("They hung up."), () => {});
  } else if (event.target.closest(".star")) {
    ask("POST", `/callers/${callSid}/digits`, { digits: "*" }).then(() => tell("Pressed *."), () => {});
  } else if (event.target.closest(".open")) {
    dialog.open(callSid, snapshot);
  }
});

wireForms();
follow();
