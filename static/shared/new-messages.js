/* How many messages nobody has heard, beside the link to them in the head. Asked for only when the list has changed. */

import { newMessages } from "./words.js";
import { setText } from "./text.js";

const URL = "/messages/list?new=1";
let revision = null;
let isAsking = false;

/** Called with each state of the line. */
export function showNewMessages({ show }) {
  if (show.messages_revision !== revision && !isAsking) {
    ask(show.messages_revision);
  }
}

async function ask(ofRevision) {
  isAsking = true;
  try {
    const answer = await $.ajax({ url: URL, dataType: "json", timeout: 5000 });
    revision = ofRevision;
    setText(document.querySelector("[data-new-messages]"), newMessages(answer.new));
  } catch {
    // the next state of the line asks again
  } finally {
    isAsking = false;
  }
}
