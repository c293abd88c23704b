/* The page's sentences, in the station's language; and how that language says numbers, lengths of time and moments. */

/** The groups of `ScriptWords` in callin/words/script.py, and beside them `line` and `calendar`. */
export const WORDS = JSON.parse(document.querySelector("[data-call-page]").dataset.words);

const LANGUAGE = document.documentElement.lang;

/** The sentence with the values in place of `{name}`. What stands in braces inside a value stays as it is. */
export function filled(sentence, values) {
  return sentence.replaceAll(/\{([a-z]+)\}/g, (found, name) => values[name] ?? found);
}

/** Seconds as "40 seconds", "3 minutes" or "2 hours". */
export function lengthOf(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) {
    return counted(whole, "second");
  }
  return whole < 5400 ? counted(Math.round(whole / 60), "minute") : counted(Math.round(whole / 3600), "hour");
}

function counted(count, unit) {
  return new Intl.NumberFormat(LANGUAGE, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** The sentence with a moment's time of day for `{time}`, on the listener's own clock, and with other values. */
export function withTime(sentence, at, values) {
  const time = new Date(at * 1000).toLocaleTimeString(LANGUAGE, { hour: "numeric", minute: "2-digit" });
  const fitting = /^0?1\D/.test(time) ? sentence.replace(...WORDS.calendar.time_at_one) : sentence;
  return filled(fitting, { time: filled(WORDS.time_of_day, { time }), ...values });
}

/** A moment in the next months, written for the middle of a sentence. */
export function momentOf(at) {
  const date = new Date(at * 1000);
  const days = Math.round((new Date(date).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86_400_000);
  const text = ["today", "tomorrow"][days] ?? (days < 7 ? "weekday" : "date");
  const named = (name) => date.toLocaleDateString(LANGUAGE, { [name]: "long" });
  return withTime(WORDS.calendar[text], at, { weekday: named("weekday"), day: date.getDate(), month: named("month") });
}
