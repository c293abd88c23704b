// Draws a snapshot. Items that stay keep their elements, so that focus and reading position stay too.

const SHAPES = { talks: "●", waits: "◷", listens: "◐", rings: "△", ended: "○" };
const template = document.getElementById("call-template");

/** Seconds as minutes and seconds: 75 is "1:15". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function put(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function count(id, number) {
  put(document.getElementById(id), String(number));
}

/** Makes `list` hold one element for each item, in order; `make` and `fill` say how. */
function keep(list, items, key, make, fill) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let element = old.get(name);
    old.delete(name);
    if (!element) {
      element = make(item);
      element.dataset.key = name;
    }
    fill(element, item);
    while (place && place !== element && element.contains(document.activeElement)) {
      // A moved element loses the focus, so the one with the focus stays and the others move around it.
      const other = place;
      place = place.nextElementSibling;
      list.append(other);
    }
    if (element === place) {
      place = place.nextElementSibling;
    } else {
      list.insertBefore(element, place);
    }
  }
  for (const gone of old.values()) {
    gone.remove();
  }
}

function makeCall(call) {
  const item = template.content.firstElementChild.cloneNode(true);
  item.dataset.call = call.call_sid;
  item.querySelector(".star").hidden = !call.is_dj;
  item.querySelector(".star").setAttribute("aria-label", `Press * on ${call.name}`);
  item.querySelector(".open").setAttribute("aria-label", `Open ${call.name}: keys, speech and what they heard`);
  item.querySelector(".hang-up").setAttribute("aria-label", `Hang up ${call.name}`);
  return item;
}

function fillCall(item, call, now) {
  item.dataset.state = call.state;
  put(item.querySelector(".name"), call.name);
  const nameless = call.number === call.name || call.number.startsWith("client:");
  const facts = [nameless ? "" : call.number, call.voice && `voice ${call.voice}`, call.line];
  put(item.querySelector(".number"), facts.filter(Boolean).join(" · "));
  put(item.querySelector(".shape"), SHAPES[call.state] ?? "");
  put(item.querySelector(".words"), call.words);
  put(item.querySelector(".hears"), call.live ? `Hears ${call.hears}` : "");
  put(item.querySelector(".times"), `${clock((call.ended ?? now) - call.began)} on the phone`);
  item.querySelector(".acts").hidden = !call.live;
}

function calls(list, some, now) {
  keep(list, some, (call) => call.call_sid, makeCall, (item, call) => fillCall(item, call, now));
}

function row(list, cells, header) {
  keep(
    list,
    cells,
    (line) => line[0],
    (line) => {
      const tr = document.createElement("tr");
      line.forEach((_, index) => {
        const cell = document.createElement(index === 0 && header ? "th" : "td");
        if (index === 0 && header) {
          cell.scope = "row";
        }
        tr.append(cell);
      });
      return tr;
    },
    (tr, line) => line.forEach((text, index) => put(tr.children[index], String(text))),
  );
}

function alerts(snapshot) {
  const panel = document.getElementById("alerts");
  panel.hidden = snapshot.alert_count === 0;
  const many = snapshot.alert_count > snapshot.alerts.length ? ` (the last of ${snapshot.alert_count})` : "";
  put(document.getElementById("alerts-title"), `What the network refused${many}`);
  keep(
    document.getElementById("alert-list"),
    snapshot.alerts,
    (alert) => `${alert.at} ${alert.call_sid} ${alert.code}`,
    (alert) => {
      const item = document.createElement("li");
      const code = document.createElement("span");
      code.className = "code";
      code.textContent = String(alert.code);
      item.append(code, ` ${alert.message} `);
      if (alert.url) {
        item.append(document.createElement("br"), alert.url);
      }
      return item;
    },
    () => {},
  );
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}

/** Writes faults and unusual behaviour on the headings of the forms that change them. */
function trouble({ faults: { rest, webhooks }, behaviour, default_behaviour: plain }) {
  const restWords = [rest.status && `${rest.status} for ${percent(rest.rate)}`, rest.delay_ms && `${rest.delay_ms} ms late`];
  const webhookWords = [
    webhooks.duplicate && `${percent(webhooks.duplicate)} twice`,
    webhooks.lose && `${percent(webhooks.lose)} lost`,
    webhooks.delay_ms[1] && `up to ${webhooks.delay_ms[1]} ms late`,
  ];
  const changed = Object.keys(behaviour).filter((name) => behaviour[name] !== plain[name]).length;
  for (const [id, words] of [
    ["rest-state", restWords],
    ["webhooks-state", webhookWords],
    ["behaviour-state", [changed && `${changed} changed`]],
  ]) {
    put(document.getElementById(id), words.filter(Boolean).join(", "));
  }
}

function links(station) {
  for (const [id, path] of [["desk-link", "/"], ["call-link", "/call"]]) {
    const link = document.getElementById(id);
    link.hidden = !station.app_url;
    link.href = station.app_url + path;
  }
  document.getElementById("ring-dj").hidden = !station.dj_phone;
  const pin = document.getElementById("dj-pin");
  pin.hidden = !station.dj_pin;
  pin.querySelector("b").textContent = station.dj_pin;
}

/** Draws everything. Between snapshots it is called once a second, so that the clocks go on. */
export function show(snapshot) {
  const now = snapshot.now + (Date.now() - snapshot.received_ms) / 1000;
  links(snapshot.station);
  count("count-live", snapshot.counts.live);
  count("count-waiting", snapshot.counts.waiting);
  count("count-talking", snapshot.counts.talking);
  count("count-browsers", snapshot.counts.browsers);
  alerts(snapshot);
  trouble(snapshot);

  document.getElementById("no-calls").hidden = snapshot.counts.live > 0;
  calls(document.getElementById("calls"), snapshot.calls, now);
  calls(document.getElementById("ended"), snapshot.ended, now);
  const more = document.getElementById("more-calls");
  more.hidden = snapshot.more === 0;
  put(more, `and ${snapshot.more} more`);

  row(
    document.getElementById("queues"),
    snapshot.queues.map((queue) => [queue.name, queue.size, clock(queue.average_wait_seconds), queue.max_size]),
    true,
  );
  const asked = Object.entries(snapshot.requests);
  document.getElementById("nothing-asked").hidden = asked.length > 0;
  document.getElementById("asked-scroll").hidden = asked.length === 0;
  row(document.getElementById("requests"), asked, true);
}
