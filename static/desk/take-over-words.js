/* What the DJ's page says when one desk takes over from another: who asks, what they wait for, and what was answered. */

import { shortCaller } from "../cards/words.js";
import { capital } from "../shared/format.js";

/** What to call them, from the line's word for them: an account's name, or "a phone". */
function nameOf(who) {
  return who === "a phone" ? "a telephone" : who || "another desk";
}

/** The same at the beginning of a sentence. An account's name is written as it is. */
function beginWith(who) {
  return who === "a phone" || !who ? capital(nameOf(who)) : who;
}

/** Before the tab's title, while this page is asked. */
export function titleOfQuestion({ question }) {
  return question ? `${beginWith(question.who)} asks for the desk` : "";
}

/**
 * The question to the DJ at the desk, as a status line. `ticking` is shown in the place of the advice, which is read out once:
 * a sentence that is read out each second says nothing else. `hint` is the answer to another press meanwhile.
 */
export function questionStatus({ air, hint }) {
  const title = `${beginWith(air.question.who)} asks to take the desk.`;
  if (hint.text) {
    return { tone: "wait", title, advice: hint.text };
  }
  const sentence = (seconds) => `In ${seconds} s it is theirs unless you refuse.`;
  return { tone: "wait", title, advice: sentence(air.consentSeconds), ticking: sentence(air.secondsToConsent) };
}

/** For a page that may take over, has asked, or was refused. */
export function besideAnotherDesk({ air }) {
  if (air.isAsking) {
    const title = air.isByPhone ? "A telephone has the desk and cannot be asked." : `Asked ${nameOf(air.desk.who)}.`;
    const refuse = air.isByPhone ? "another DJ refuses" : "they refuse";
    const sentence = (seconds) => `In ${seconds} s the desk is yours unless ${refuse}.`;
    return { tone: "wait", title, advice: sentence(air.consentSeconds), ticking: sentence(air.secondsToConsent) };
  }
  if (air.isRefused) {
    const advice = "You were refused. You can ask again in half a minute.";
    return { tone: "bad", title: `${beginWith(air.desk.who)} keeps the desk.`, advice };
  }
  const onAir = air.call ? `On ${air.isByPhone ? "a telephone" : "another page"}, ${shortCaller(air.call)} is on the air. ` : "";
  return { tone: "wait", title: "Another desk is connected.", advice: `${onAir}${whatTakeOverDoes(air)}` };
}

function whatTakeOverDoes(air) {
  if (air.isOwnTab) {
    return `It is your own, in another tab. Take over ends that call, and ${air.call ? "the caller comes to you" : "the line is yours"}.`;
  }
  return air.isByPhone
    ? "A telephone cannot be asked: after Take over, the desk is yours in 10 s unless another DJ refuses."
    : `Take over asks ${nameOf(air.desk.who)}. If nobody answers for 10 s, the desk is yours.`;
}

/** A second desk is connected: "bob is connected and may ask for the desk. ", or "". One's own other tab need not ask. */
export function whoMayTakeOver({ desk }) {
  const may = desk.who === desk.rival_who ? "take over" : "ask for the desk";
  return desk.rival ? `${beginWith(desk.rival_who)} is connected and may ${may}. ` : "";
}

/** Who has the desk now. */
export function whoTookOver({ desk }) {
  return `${beginWith(desk.who)} has taken over.`;
}
