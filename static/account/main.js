/* Asks the browser for a passkey, and sends the form with its answer; opens the page of a link with a secret. */

import "./logo.js";
import { NO_PASSKEYS, PASSKEY_PROBLEMS, passkeyFailed } from "./words.js";

const form = document.querySelector("[data-passkey]");
if (form) {
  const button = form.querySelector("[data-ask]");
  const problem = form.querySelector("[data-problem]");
  if (typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === "function") {
    button.hidden = false;
    $(button).on("click", () => ask(problem));
  } else {
    say(problem, NO_PASSKEYS);
  }
}

async function ask(problem) {
  problem.hidden = true;
  try {
    const credential = await credentialFor(form.dataset.passkey, JSON.parse(form.dataset.options));
    send(credential);
  } catch (error) {
    say(problem, PASSKEY_PROBLEMS[error.name] ?? passkeyFailed(error.message));
  }
}

function credentialFor(what, options) {
  if (what === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

function send(credential) {
  form.elements.response.value = JSON.stringify(credential);
  form.submit();
}

function say(element, sentence) {
  element.textContent = sentence;
  element.hidden = false;
}

/* The secret of a link is in its fragment, which a browser sends to no server: it is posted, and leaves the address. */
const link = document.querySelector("[data-link]");
if (link) {
  openLink();
  window.addEventListener("hashchange", openLink); // the link was pasted into the address of this very page
}

function openLink() {
  if (location.hash.length > 1) {
    link.elements.link.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    link.submit();
  }
}
