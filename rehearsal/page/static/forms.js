// The forms that send callers and switch on faults.
import { ask, tell } from "./control.js";

const RANDOM_CALLER = { callers: 1, per_second: 1, patience_seconds: [300, 1800] };

let djPhone = "";
let djPin = "";
let shownSettings = "";

function onSubmit(id, send) {
  const form = document.getElementById(id);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form.elements).catch(() => {}); // the refusal is on the page already
  });
}

function onClick(element, send) {
  element.addEventListener("click", () => {
    send().catch(() => {});
  });
}

async function setTrouble(path, settings) {
  await ask("PUT", path, settings);
  tell("Set.");
}

function wireCallers() {
  onClick(document.getElementById("ring-one"), async () => {
    await ask("POST", "/crowd", RANDOM_CALLER);
    tell("A caller rings in.");
  });
  onClick(document.getElementById("ring-dj"), async () => {
    await ask("POST", "/callers", { from: djPhone, to: "dj" });
    const keys = djPin ? `Key ${djPin}# first; then press *` : "Press *";
    tell(`The DJ’s phone rings in. ${keys} in its keys for the next caller.`);
  });
  onSubmit("number-form", async (fields) => {
    await ask("POST", "/callers", { from: fields.from.value.trim(), to: fields.to.value });
    tell("They ring in.");
  });
  onSubmit("crowd-form", async (fields) => {
    const answer = await ask("POST", "/crowd", {
      callers: fields.callers.valueAsNumber,
      per_second: fields.per_second.valueAsNumber,
      patience_seconds: [fields.least.valueAsNumber, fields.most.valueAsNumber],
    });
    tell(`${answer.callers} callers are on their way.`);
  });
}

function wireTrouble() {
  onSubmit("rest-form", (fields) =>
    setTrouble("/faults", {
      rest: {
        status: fields.status.value ? Number(fields.status.value) : null,
        rate: fields.rate.valueAsNumber,
        delay_ms: fields.delay_ms.valueAsNumber,
      },
    }),
  );
  onSubmit("webhooks-form", (fields) =>
    setTrouble("/faults", {
      webhooks: {
        duplicate: fields.duplicate.valueAsNumber,
        lose: fields.lose.valueAsNumber,
        delay_ms: [fields.least.valueAsNumber, fields.most.valueAsNumber],
      },
    }),
  );
  onSubmit("behaviour-form", (fields) =>
    setTrouble("/behaviour", {
      star: fields.star.value,
      star_before_bridge: fields.star_before_bridge.value === "true",
      empty_queue: fields.empty_queue.value,
      wait_url_failure: fields.wait_url_failure.value,
      query: fields.query.value,
      signed_by: fields.signed_by.value,
      opus: fields.opus.value === "true",
      dead_leg_seconds: fields.dead_leg_seconds.valueAsNumber,
    }),
  );
}

function wireClock() {
  for (const button of document.querySelectorAll("[data-advance]")) {
    onClick(button, () => {
      button.disabled = true;
      return ask("PUT", "/clock", { advance_seconds: Number(button.dataset.advance) })
        .then(() => tell("The time has passed."))
        .finally(() => {
          button.disabled = false;
        });
    });
  }
  const dialog = document.getElementById("reset-dialog");
  document.getElementById("reset").addEventListener("click", () => {
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") {
      ask("POST", "/reset").then(
        () => tell("Everybody is gone."),
        () => {},
      );
    }
  });
}

/** Wires every form and button that is there from the start. */
export function wireForms() {
  wireCallers();
  wireTrouble();
  wireClock();
}

/** Shows the faults and behaviour in force, but only when they have changed, so that what somebody is typing stays. */
export function fillForms(snapshot) {
  djPhone = snapshot.station.dj_phone;
  djPin = snapshot.station.dj_pin;
  const settings = JSON.stringify([snapshot.faults, snapshot.behaviour]);
  if (settings === shownSettings) {
    return;
  }
  shownSettings = settings;
  const { rest, webhooks } = snapshot.faults;
  fill("rest-form", { ...rest, status: rest.status ?? "" });
  fill("webhooks-form", { ...webhooks, least: webhooks.delay_ms[0], most: webhooks.delay_ms[1] });
  fill("behaviour-form", snapshot.behaviour);
}

function fill(id, values) {
  const { elements } = document.getElementById(id);
  for (const [name, value] of Object.entries(values)) {
    if (elements[name]) {
      elements[name].value = String(value);
    }
  }
}
