/* What the page of waits says: from figures to words, and nothing else. */

import { clock, plural, span, timeOfDay } from "../shared/format.js";
import { STAGE_WORDS as STAGES, TRIES_AGAIN, callerInWords, callerLabel } from "../shared/words.js";

/* The parts of a bar. */
export const STAGE_WORDS = Object.freeze({ ...STAGES, message: "Leaving a message" });

/* What became of a call. */
export const MARK_WORDS = Object.freeze({ aired: "Went on the air", gave_up: "Gave up", waiting: "Still waiting", other: "Ended otherwise" });

export const BARS_GO_ON = "The bars go on growing from what was known then.";

export function stageWord(stage) {
  return STAGE_WORDS[stage] ?? stage;
}

/** The place of a row, or its stage if it has none, and its number. */
export function barName(call) {
  return call ? `${call.position === null ? stageWord(call.stage) : call.position}  ${callerLabel(call.number)}` : "";
}

export function partOfBar(stage, from, to) {
  return `${stageWord(stage)} for ${clock(to - from)}, from ${clock(from)} to ${clock(to)}`;
}

export function medianWords(seconds) {
  return `Median wait ${clock(seconds)}`;
}

/** How many callers are where. */
export function headline({ waiting, air, held }) {
  const words = [waiting ? `${plural(waiting, "caller")} in line` : "", air ? `${air} on the air` : "", held ? `${held} on hold` : ""];
  return words.filter(Boolean).join(", ");
}

/** Callers without a bar: `waits` in seconds and their `median`, and `more` of which nothing is shown. */
export function withoutBar(waits, median, more) {
  const told = [];
  if (waits.length) {
    const [shortest, longest] = [Math.min(...waits), Math.max(...waits)];
    told.push(
      `${waits.length} more behind them have waited ${clock(shortest)} to ${clock(longest)}, half of them longer than ${clock(median)}. The table lists them.`,
    );
  }
  if (more) {
    told.push(`Behind all these there are ${more} more.`);
  }
  return told.join(" ");
}

/** The chart of the line for screen readers: it changes by the minute, not by the second. `first` is {number, seconds}, or null. */
export function lineSummary({ size, onAir, first, longest, median }) {
  const told = [`A bar for each caller. ${plural(size, "caller")} in line.`, ...onAir.map((number) => `On the air: ${callerInWords(number)}.`)];
  if (first) {
    told.push(`First: ${callerInWords(first.number)}, waiting for ${span(first.seconds)}.`, `The longest wait is ${span(longest)}.`);
  }
  if (median !== null) {
    told.push(`The show’s median wait is ${span(median)}.`);
  }
  return [...told, "The table has every caller."].join(" ");
}

export function perColumn(seconds) {
  return `in each ${seconds === 300 ? "five minutes" : span(seconds)}`;
}

export function newestOnly(count) {
  return ` (the newest ${count})`;
}

export function joinedAt(at) {
  return `Joined at ${timeOfDay(new Date(at * 1000))}`;
}

/** The day cannot be read; `known` is when what is shown was true, or null. */
export function dayProblem(known) {
  const old = known === null ? "" : ` What is shown is from ${timeOfDay(new Date(known * 1000))}.`;
  return `The day cannot be read right now. ${TRIES_AGAIN}${old}`;
}

/** The charts of the day for screen readers. `busiest` is a slot, or null. */
export function daySummary({ hours, calls, aired, gaveUp, median, longest, busiest }) {
  const told = [`The last ${hours} hours: ${plural(calls, "call")}, ${aired} on the air, ${gaveUp} gave up.`];
  if (median !== null) {
    told.push(`The median wait is ${span(median)}, the longest ${span(longest)}.`);
  }
  if (busiest) {
    told.push(`Most joined from ${timeOfDay(new Date(busiest.at * 1000)).slice(0, 5)}: ${busiest.joined} in five minutes.`);
  }
  return [...told, "The tables have every figure."].join(" ");
}
