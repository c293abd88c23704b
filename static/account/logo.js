/* Sends the chosen picture to the app, which makes it the station's logo, and reloads the page. */

import { tokenHeader } from "../shared/form-token.js";
import { LOGO_FAILED, LOGO_TOO_LARGE } from "./words.js";

const form = document.querySelector("[data-logo]");
if (form) {
  const problem = form.querySelector("[data-problem]");
  form.hidden = false;
  $(form.elements.file).on("change", () => upload(form.elements.file, problem));
}

async function upload(input, problem) {
  const [file] = input.files;
  if (!file) {
    return;
  }
  problem.hidden = true;
  const sentence = file.size > Number(input.form.dataset.maxBytes) ? LOGO_TOO_LARGE : await refusalOf(file);
  if (!sentence) {
    location.assign("/station?logo=changed");
    return;
  }
  problem.textContent = sentence;
  problem.hidden = false;
}

/* Resolves to what is wrong, in a sentence; to "" once the app has taken the file. */
async function refusalOf(file) {
  try {
    const answer = await fetch("/station/logo", { method: "POST", body: file, headers: tokenHeader() });
    return answer.ok ? "" : ((await answer.json()).error ?? LOGO_FAILED);
  } catch {
    return LOGO_FAILED;
  }
}
