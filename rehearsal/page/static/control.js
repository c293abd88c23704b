// Sends requests to the control interface, and shows the result on the page.

const SHOWN_MS = 8000;
let timer = 0;

/** Shows a sentence for a while, on the page and in the dialog; a `bad` one stands out and stays. */
export function tell(sentence, bad = false) {
  for (const place of document.querySelectorAll("[data-said]")) {
    place.textContent = sentence;
    place.toggleAttribute("data-bad", bad);
  }
  clearTimeout(timer);
  if (sentence && !bad) {
    timer = setTimeout(tell, SHOWN_MS, "");
  }
}

/** Sends a request and resolves with the answer's JSON. Rejects, and says why on the page, when it was refused. */
export async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(document.body.dataset.control + path, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    tell("The network does not answer.", true);
    throw new Error("no answer");
  }
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const sentence = json.error ?? `The network refused (${answer.status}).`;
    tell(sentence, true);
    throw new Error(sentence);
  }
  return json;
}
