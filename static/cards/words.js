/* What is said about a caller beside their number, and about their card while somebody writes on it. */

import { isAirDesk } from "../shared/air.js";
import { TRIES_AGAIN, callerInWords } from "../shared/words.js";

const MOST_LETTERS = 30; // of a name in a status line

/** {text, isGuess}: the name and place on the card, else those last heard at this number, which may be another person's,
    else the city of the number. */
export function whoIs({ card, known, city }) {
  if (card?.name || card?.place) {
    const rest = card.place || !city ? "" : `, perhaps from ${city}`;
    return { text: `${joined(card)}${rest}`, isGuess: false };
  }
  const text = known ? joined(known) : "";
  return { text: text || (city ? `from ${city}` : ""), isGuess: true };
}

/* How sure Twilio is of what it understood from speech: that of the card's least certain field. */
function asHeard(card) {
  const sure = Object.values(card?.confidence ?? {});
  const least = Math.min(...sure);
  return sure.length ? [{ kind: "heard", text: least ? `By speech, ${Math.round(least * 100)} % sure` : "By speech" }] : [];
}

function joined({ name, place }) {
  return [name, place].filter(Boolean).join(", ");
}

/** The same in one text, which says when it is a guess. */
export function whoInWords(call) {
  const { text, isGuess } = whoIs(call);
  return text && isGuess ? `Perhaps ${text}` : text;
}

/** What the caller of a row is called in a sentence: the name on the card, else the number. Sentences do not guess. */
export function callerInSentence({ card, number }) {
  return card?.name?.trim() || callerInWords(number);
}

/** The same for a status line: a long name is cut, so that the buttons below it stay where they are. */
export function shortCaller(call) {
  const letters = [...callerInSentence(call)];
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 1).join("").trimEnd()}…` : letters.join("");
}

/**
 * [{kind, text, more?}] of what is known of the number, and how sure the card is: kinds are heard, first, vip, warn,
 * blocked, aired, last. `more` goes on after the text where there is room.
 */
export function badgesOf({ card, known }) {
  const badges = asHeard(card);
  if (!known) {
    return badges;
  }
  if (known.standing) {
    badges.push({ kind: known.standing, text: { vip: "VIP", warn: "Warning", blocked: "Blocked" }[known.standing] ?? known.standing });
  }
  if (known.first_time) {
    badges.push({ kind: "first", text: "First time" });
  }
  if (known.aired_30_days) {
    badges.push({ kind: "aired", text: `Aired ${known.aired_30_days}×`, more: " in 30 days" });
  }
  if (known.last_aired_at) {
    badges.push({ kind: known.aired_30_days ? "last" : "aired", text: `Last aired ${whenOf(known.last_aired_at)}` });
  }
  return badges;
}

/** "today 17:50", "yesterday 09:05", "Tue 3 Nov", or with the year where that would be unclear. `at` is in seconds since 1970. */
export function whenOf(at) {
  const day = new Date(at * 1000);
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  for (const [name, date] of [["today", new Date()], ["yesterday", yesterday]]) {
    if (day.toDateString() === date.toDateString()) {
      return `${name} ${day.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
    }
  }
  const year = Date.now() / 1000 - at > 300 * 86400 ? { year: "numeric" } : { weekday: "short" };
  return day.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...year });
}

/** Who talks with them, or is about to; "" for nobody, and for the air, which the call's stage tells. `mine` is one's own desk. */
export function withWords(call, mine = "") {
  if (!call.with || isAirDesk(call.with)) {
    return "";
  }
  const isThere = call.stage === "screening";
  if (call.with === mine) {
    return isThere ? "You are talking with them" : "On the way to you";
  }
  const who = call.with_name || "A screener";
  return isThere ? `${who} is talking with them` : `${who} is taking them`;
}

/* Whether what is typed is saved. */
export const SAVED_WORDS = Object.freeze({ yes: "Saved as you type.", no: "Saving…", refused: "Not saved." });

export function notSaved(problem, isRefused) {
  return isRefused ? `Not saved: ${problem}` : `Not saved yet: ${problem} ${TRIES_AGAIN}`;
}

/** What somebody else wrote in a field, and what the button beside it does: {told, use}. */
export function theirWords({ by, value, isGone }) {
  const words = value || "nothing";
  return isGone ? { told: `Your words replaced what ${by} wrote: ${words}`, use: "Restore it" } : { told: `${by} wrote: ${words}`, use: "Use it" };
}
