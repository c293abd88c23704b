// Speaks with the control interface, and says on the page what came of it.

const said = document.getElementById("said");

/** Shows a sentence; `bad` makes it stand out. */
export function tell(sentence, bad = false) {
  said.textContent = sentence;
  said.toggleAttribute("data-bad", bad);
}

/** Sends a wish and resolves with the answer's JSON. Rejects, and says why on the page, when it was refused. */
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
