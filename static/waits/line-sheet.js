/* "In line now": the chart of waits with its words, its legend and its table. */

import { callerInWords, callerLabel, clock, plural, span } from "../shared/format.js";
import { setHidden, setText } from "../shared/text.js";
import { showLegend, swatch } from "./legend.js";
import { LineChart } from "./line-chart.js";
import { medianOf, onAirOf, secondsOf, spansOf, STAGES, stageWord, waitOf } from "./spans.js";
import { Table, tableToggle } from "./table.js";

const BARS_SHOWN = 40; // those who are next; of the others the sum says more than bars would

export class LineSheet {
  #section;
  #paint;
  #clock;
  #chart;
  #table;
  #status = { calls: [], more: 0, current_size: 0, show: { median_wait_seconds: null } };
  #legend = "";

  constructor(section, paint, clock_) {
    this.#section = section;
    this.#paint = paint;
    this.#clock = clock_;
    this.#chart = new LineChart(this.#part("plot"), paint, clock_);
    this.#table = new Table(section.querySelector("table"));
    tableToggle(section, () => this.repaint()); // the window may have changed meanwhile
  }

  show(status) {
    this.#status = status;
    const isEmpty = status.calls.length === 0;
    setHidden(this.#part("empty"), !isEmpty);
    setHidden(this.#part("chart"), isEmpty);
    setHidden(this.#part("as-table"), isEmpty);
    setHidden(this.#part("table"), isEmpty);
    this.#chart.show(status.calls.slice(0, BARS_SHOWN), this.#median);
    this.#showLegend();
    this.#tell();
  }

  /** The show's median is known to be this by now, in seconds, or null. */
  showMedian(median) {
    this.#status = { ...this.#status, show: { ...this.#status.show, median_wait_seconds: median } };
    this.#chart.show(this.#status.calls.slice(0, BARS_SHOWN), median);
    this.#tell();
  }

  /** A second has passed: the bars grow. */
  tick() {
    this.#chart.tick();
    this.#tell();
  }

  #tell() {
    const now = this.#clock.now();
    this.#table.show(this.#status.calls.map((call) => rowOf(call, now)));
    setText(this.#part("headline"), this.#headline());
    setText(this.#part("rest"), this.#rest(now));
    setHidden(this.#part("rest"), this.#status.calls.length <= BARS_SHOWN && !this.#status.more);
    const picture = this.#part("picture");
    const summary = this.#summary(now);
    if (picture.getAttribute("aria-label") !== summary) {
      picture.setAttribute("aria-label", summary);
    }
  }

  /** Takes the page's colours and sizes anew. */
  repaint() {
    this.#chart.repaint();
    this.#legend = "";
    this.#showLegend();
  }

  get #median() {
    return this.#status.show?.median_wait_seconds ?? null;
  }

  #at(stage) {
    return this.#status.calls.filter((call) => call.stage === stage);
  }

  #headline() {
    const waiting = this.#status.current_size;
    const air = this.#at("on_air").length;
    const held = this.#at("held").length;
    const words = [waiting ? `${plural(waiting, "caller")} in line` : "", air ? `${air} on the air` : "", held ? `${held} on hold` : ""];
    return words.filter(Boolean).join(", ");
  }

  /** Those without a bar, in one sentence. */
  #rest(now) {
    const waits = this.#status.calls.slice(BARS_SHOWN).map((call) => secondsOf(call, now));
    const told = [];
    if (waits.length) {
      const [shortest, longest] = [Math.min(...waits), Math.max(...waits)];
      told.push(
        `${waits.length} more behind them: they have waited ${clock(shortest)} to ${clock(longest)}, half of them longer than ${clock(medianOf(waits))}. The table lists them.`,
      );
    }
    if (this.#status.more) {
      told.push(`Behind all these there are ${this.#status.more} more.`);
    }
    return told.join(" ");
  }

  /** The chart in words, for whoever hears it. It changes by the minute, not by the second. */
  #summary(now) {
    const waiting = this.#status.calls.filter((call) => call.position !== null);
    const told = [`A bar for each caller. ${plural(this.#status.current_size, "caller")} in line.`];
    for (const call of this.#at("on_air")) {
      told.push(`On the air: ${callerInWords(call.number)}.`);
    }
    if (waiting.length) {
      told.push(`First: ${callerInWords(waiting[0].number)}, waiting for ${span(secondsOf(waiting[0], now))}.`);
      told.push(`The longest wait is ${span(Math.max(...waiting.map((call) => secondsOf(call, now))))}.`);
    }
    if (this.#median !== null) {
      told.push(`The show’s median wait is ${span(this.#median)}.`);
    }
    told.push("The table has every caller.");
    return told.join(" ");
  }

  #showLegend() {
    const now = this.#clock.now();
    const shown = new Set(this.#status.calls.slice(0, BARS_SHOWN).flatMap((call) => spansOf(call, now).map(({ stage }) => stage)));
    const stages = STAGES.filter(({ stage }) => shown.has(stage));
    const key = stages.map(({ stage }) => stage).join();
    if (key !== this.#legend) {
      this.#legend = key;
      const entries = stages.map(({ stage, word, look }) => ({ word, draw: swatch(this.#paint, stage, look) }));
      showLegend(this.#part("legend"), entries, this.#paint);
    }
  }

  #part(name) {
    return this.#section.querySelector(`[data-part="${name}"]`);
  }
}

function rowOf(call, now) {
  const onAir = onAirOf(call, now);
  const parts = spansOf(call, now).map(({ stage, from, to }) => `${stageWord(stage)} ${clock(to - from)}`);
  return [
    call.call_sid,
    call.position === null ? "–" : String(call.position),
    callerLabel(call.number),
    stageWord(call.stage),
    clock(waitOf(call, now)),
    onAir === null ? "–" : clock(onAir),
    parts.join(", "),
  ];
}
