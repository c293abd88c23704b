/* "The day": its figures, its charts and their tables, from what `/day` answers. */

import { clock, timeOfDay } from "../shared/format.js";
import { setAria, setData, setHidden, setText } from "../shared/text.js";
import { recordedCalls } from "../recorder/marks.js";
import { RECORDED_LINK } from "../recorder/words.js";
import { beginOf, columnSeconds, columnsOf, endOf } from "./axis.js";
import { DayChart, MARKS, markOf } from "./day-chart.js";
import { dot, showLegend } from "./legend.js";
import { Table, tableToggle } from "./table.js";
import { MARK_WORDS, dayProblem, daySummary, newestOnly, perColumn } from "./words.js";

const EVERY_MS = 30_000;
const SOON_MS = 1500; // several calls that change together are one reason to ask
const TIMEOUT_MS = 8000;
const HOUR_SECONDS = 3600;

export class DaySheet {
  #section;
  #url;
  #paint;
  #clock;
  #chart;
  #tables;
  #timer = null;
  #asked = 0;
  #day = null;
  #recorded = new Map();
  #updated;

  /** `url` answers with the day; `serverClock` is the server's clock; `updated(day, hours)` is called with each answer. */
  constructor(section, url, paint, serverClock, updated) {
    this.#updated = updated;
    this.#section = section;
    this.#url = url;
    this.#paint = paint;
    this.#clock = serverClock;
    this.#chart = new DayChart(section, paint);
    this.#tables = {
      slots: new Table(section.querySelector("[data-table=slots]")),
      waits: new Table(section.querySelector("[data-table=waits]")),
    };
    tableToggle(section, () => this.#show());
    $(section.querySelector(".range")).on("change", () => this.ask());
    document.addEventListener("visibilitychange", () => this.ask());
    this.#showLegend();
  }

  /** Something happened in the line that may change the day's figures. */
  soon() {
    this.#schedule(SOON_MS);
  }

  /** Asks now, and again after a while. */
  async ask() {
    clearTimeout(this.#timer?.id);
    this.#timer = null;
    this.#schedule(EVERY_MS);
    if (document.hidden) {
      return;
    }
    this.#asked += 1;
    const asked = this.#asked;
    const hours = this.#hours;
    const from = beginOf(this.#clock.now(), hours * HOUR_SECONDS);
    try {
      const day = await $.ajax({ url: this.#url, data: { from }, dataType: "json", cache: false, timeout: TIMEOUT_MS });
      this.#recorded = await recordedCalls();
      if (asked === this.#asked) {
        this.#day = day;
        setText(this.#part("problem"), "");
        this.#show();
        this.#updated(day, hours);
      }
    } catch (reply) {
      if (!("readyState" in reply)) {
        throw reply; // a fault of this page, not of the network
      }
      setText(this.#part("problem"), dayProblem(this.#day?.now ?? null));
    }
  }

  /** Reads the page's colours and sizes again. */
  repaint() {
    this.#chart.repaint();
    this.#showLegend();
    this.#show();
  }

  get #hours() {
    return Number(this.#section.querySelector(".range input:checked").value);
  }

  #schedule(ms) {
    const at = Date.now() + ms;
    if (!this.#timer || at < this.#timer.at) {
      clearTimeout(this.#timer?.id);
      this.#timer = { at, id: setTimeout(() => this.ask(), ms) };
    }
  }

  #show() {
    const day = this.#day;
    if (!day) {
      return;
    }
    const isEmpty = day.calls === 0 && day.slots.length === 0;
    setHidden(this.#part("empty"), !isEmpty);
    setHidden(this.#part("chart"), isEmpty);
    setHidden(this.#part("as-table"), isEmpty);
    setHidden(this.#part("table"), isEmpty);
    this.#showFigures(day);
    const until = endOf(day.now);
    const seconds = columnSeconds(until - day.from, this.#chart.width);
    const columns = columnsOf(day.slots, day.from, until, seconds);
    const per = perColumn(seconds);
    setText(this.#part("per"), per);
    setText(this.#part("per-caption"), per);
    const isCut = day.calls > day.waits.length && day.waits.length >= 500;
    setText(this.#part("newest"), isCut ? newestOnly(day.waits.length) : "");
    this.#tables.slots.show(columns.filter((one) => one.joined || one.aired || one.gave_up).map(slotRow).reverse());
    this.#tables.waits.show(waitRows(day.waits, this.#recorded));
    setData(this.#section, "recorded", this.#recorded.size ? "yes" : "no");
    if (!isEmpty && this.#section.dataset.view !== "table") {
      this.#chart.show({ columns, seconds, waits: day.waits, from: day.from, until });
    }
    setAria(this.#part("picture"), "label", summaryOf(day, this.#hours));
  }

  #showFigures(day) {
    const figure = (name, text) => setText(this.#section.querySelector(`[data-figure="${name}"]`), text);
    figure("calls", String(day.calls));
    figure("aired", String(airedOf(day)));
    figure("gave_up", String(day.gave_up));
    figure("median", day.median_wait_seconds === null ? "–" : clock(day.median_wait_seconds));
    figure("longest", day.longest_wait_seconds === null ? "–" : clock(day.longest_wait_seconds));
  }

  #showLegend() {
    const entries = MARKS.map((mark) => ({ word: MARK_WORDS[mark.name], draw: dot(this.#paint, mark) }));
    showLegend(this.#part("legend"), entries, this.#paint);
  }

  #part(name) {
    return this.#section.querySelector(`[data-part="${name}"]`);
  }
}

function airedOf(day) {
  return day.slots.reduce((sum, slot) => sum + slot.aired, 0);
}

function slotRow(column) {
  const from = timeOfDay(new Date(column.at * 1000)).slice(0, 5);
  return [String(column.at), from, String(column.joined), String(column.aired), String(column.gave_up)];
}

/* `recorded` are the addresses of recordings, by CallSid. */
function waitRows(waits, recorded) {
  return waits.map((wait) => {
    const joinedAt = timeOfDay(new Date(wait.joined_at * 1000));
    const address = recorded.get(wait.call_sid);
    return [wait.call_sid, joinedAt, clock(wait.wait_seconds), MARK_WORDS[markOf(wait)], address ? { address, text: RECORDED_LINK } : ""];
  });
}

function summaryOf(day, hours) {
  return daySummary({
    hours,
    calls: day.calls,
    aired: airedOf(day),
    gaveUp: day.gave_up,
    median: day.median_wait_seconds,
    longest: day.longest_wait_seconds,
    busiest: day.slots.length ? day.slots.reduce((best, slot) => (slot.joined > best.joined ? slot : best)) : null,
  });
}
