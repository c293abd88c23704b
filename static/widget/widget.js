/* For the station's own site: the state of the line, and a link that opens /call. The app serves it as /widget.js.

   One tag is enough, a script whose src is that address. It appears after the tag, or in the element that
   `data-target` names by a selector. Without leave to connect (the site's Content-Security-Policy) the link alone stays. */

(function widget(words) {
  const ASK_AGAIN_MS = 60_000;

  const script = document.currentScript;
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const show = made("p", "show");
  const state = made("p", "state");
  const link = made("a", "call");
  let call = null;

  host.lang = words.language;
  state.setAttribute("role", "status");
  link.href = new URL("/call", script.src).href;
  link.target = "_blank";
  link.textContent = words.button;
  const section = document.createElement("section");
  section.setAttribute("aria-label", words.name);
  section.append(show, state, link);
  root.append(section);
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(words.style);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // an old browser: it looks plain, and works
  }
  const target = script.dataset.target && document.querySelector(script.dataset.target);
  if (target) {
    target.append(host);
  } else {
    script.after(host);
  }

  /* A window of its own: leaving the site's page would be fine, but reloading the call page would end the call. */
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    if (!call || call.closed) {
      call = window.open(link.href, "_blank", "popup,width=440,height=820");
    }
    if (call) {
      event.preventDefault();
      call.focus();
    }
  });

  async function ask() {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(new URL("/widget.json", script.src), { credentials: "omit" });
        if (answer.ok) {
          tell(await answer.json());
        }
      } catch {
        // the state stays as it was; the link works without it
      }
    }
  }

  function tell(line) {
    change(show, line.show);
    change(state, line.state);
    change(link, line.button);
    state.dataset.takesCalls = line.takes_calls ? "yes" : "no";
  }

  /* What is the same stays untouched: a screen reader would say it again. */
  function change(element, text) {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  function made(name, part) {
    const element = document.createElement(name);
    element.className = part;
    element.setAttribute("part", part);
    return element;
  }

  document.addEventListener("visibilitychange", ask);
  setInterval(ask, ASK_AGAIN_MS);
  ask();
})("WORDS");
