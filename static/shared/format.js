/* Turns seconds, numbers and moments into what people read. */

/** Whole seconds as "0:07", "12:30" or "1:02:09". Anything below zero reads as zero. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Seconds in words, for sentences: "40 seconds", "3 minutes", "2 hours". */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) {
    return plural(whole, "second");
  }
  return whole < 5400 ? plural(Math.round(whole / 60), "minute") : plural(Math.round(whole / 3600), "hour");
}

/** The time of day at `moment` (a Date), to the second, always in 24 hours: desks read it across a room. */
export function timeOfDay(moment) {
  return moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A sentence's beginning: "the caller" is "The caller". */
export function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
