/* The part of a row that shows what was written and what is known about the caller; a row with neither has no such part. */

import { setData, setHidden, setText } from "../shared/text.js";
import { badgesOf, whoInWords, whoIs, withWords } from "./words.js";

/** The places of a row's copy of the template that `showAbout` fills. */
export function aboutParts(row) {
  const part = (name) => row.querySelector(`[data-part="${name}"]`);
  return { name: part("name"), about: part("about"), topic: part("topic"), note: part("note"), talkingWith: part("with"), badges: part("badges") };
}

/** `mine` is one's own desk, as rows name it. */
export function showAbout(parts, call, mine = "") {
  const talkingWith = withWords(call, mine);
  const badges = badgesOf(call);
  const topic = call.card?.topic ?? "";
  const note = call.card?.note ?? "";
  setText(parts.name, whoInWords(call));
  setData(parts.name, "guess", whoIs(call).isGuess ? "yes" : "no");
  setText(parts.topic, topic);
  setText(parts.note, note);
  setText(parts.talkingWith, talkingWith);
  showBadges(parts.badges, badges);
  setHidden(parts.about, !(topic || note || talkingWith || badges.length));
}

/** Fills a list with badges, unless it has them already. */
export function showBadges(list, badges) {
  const key = badges.map(({ kind, text }) => `${kind} ${text}`).join();
  if (list.dataset.badges === key) {
    return;
  }
  list.dataset.badges = key;
  list.replaceChildren(
    ...badges.map(({ kind, text, more = "" }) => {
      const item = document.createElement("li");
      item.className = "badge";
      item.dataset.badge = kind;
      const rest = document.createElement("span");
      rest.className = "badge-more";
      rest.textContent = more;
      item.append(text, rest);
      return item;
    }),
  );
  setHidden(list, badges.length === 0);
}
