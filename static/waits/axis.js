/* Round numbers for the charts' axes: durations in minutes, times of day, and how many calls go into one column. */

const STEPS_SECONDS = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
const SHORTEST_SECONDS = 60;
const SLOT_SECONDS = 300;
const COLUMNS_SECONDS = [300, 900, 1800, 3600];
const NARROWEST_COLUMN_PX = 3.5;

/** An axis of durations that holds `longest` seconds with at most `most` steps: {step, max}. It grows by quarters of a step. */
export function durationAxis(longest, most) {
  const wanted = Math.max(longest, SHORTEST_SECONDS);
  const step = STEPS_SECONDS.find((seconds) => wanted / seconds <= most) ?? Math.ceil(wanted / most / 3600) * 3600;
  const quarter = step / 4;
  return { step, max: Math.ceil(wanted / quarter) * quarter };
}

/** The multiples of `step` up to `max`, as a scale's ticks. */
export function ticksOf({ step, max }) {
  const ticks = [];
  for (let value = 0; value <= max; value += step) {
    ticks.push({ value });
  }
  return ticks;
}

/** The top of an axis of counts that holds `most`: a round number whose half is whole. */
export function evenCount(most) {
  const size = 10 ** Math.floor(Math.log10(Math.max(most, 2) / 2));
  return [2, 3, 4, 5, 6, 8, 10, 12, 16, 20].map((count) => count * size).find((count) => count >= most && count % 2 === 0);
}

/** The full hours (or halves, or several) between two moments, in the reader's own time zone, at most `most` of them. */
export function timesOfDay(from, until, most) {
  const zone = -new Date(from * 1000).getTimezoneOffset() * 60;
  const step = [900, 1800, 3600, 7200, 10800, 14400, 21600].find((seconds) => (until - from) / seconds <= most) ?? 43200;
  const times = [];
  for (let at = Math.ceil((from + zone) / step) * step - zone; at <= until; at += step) {
    times.push(at);
  }
  return times;
}

/** How much time one column covers, so that columns are wide enough to be seen: five minutes where there is room. */
export function columnSeconds(rangeSeconds, widthPx) {
  const fits = (seconds) => (widthPx * seconds) / rangeSeconds >= NARROWEST_COLUMN_PX;
  return COLUMNS_SECONDS.find(fits) ?? COLUMNS_SECONDS.at(-1);
}

/** Five-minute slots put together into columns of `seconds`, from the one that holds `from` to the one before `until`. */
export function columnsOf(slots, from, until, seconds) {
  const columns = [];
  const first = Math.floor(from / seconds) * seconds;
  for (let at = first; at < until; at += seconds) {
    columns.push({ at, joined: 0, aired: 0, gave_up: 0 });
  }
  for (const slot of slots) {
    const column = columns[Math.floor((slot.at - first) / seconds)];
    if (column) {
      column.joined += slot.joined;
      column.aired += slot.aired;
      column.gave_up += slot.gave_up;
    }
  }
  return columns;
}

/** The moment from which a range of `rangeSeconds` is shown: the beginning of a slot, so that none is cut. */
export function beginOf(now, rangeSeconds) {
  return Math.floor((now - rangeSeconds) / SLOT_SECONDS) * SLOT_SECONDS;
}

/** The end of the slot that `now` is in. */
export function endOf(now) {
  return Math.ceil((now + 1) / SLOT_SECONDS) * SLOT_SECONDS;
}
