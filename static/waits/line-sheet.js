/* "In line now": the chart of waits with its words, its legend and its table. */

import { clock } from "../shared/format.js";
import { setAria, setHidden, setText } from "../shared/text.js";
import { callerLabel } from "../shared/words.js";
import { showLegend, swatch } from "./legend.js";
import { LineChart } from "./line-chart.js";
import { medianOf, onAirOf, secondsOf, spansOf, STAGES, waitOf } from "./spans.js";
import { Table, tableToggle } from "./table.js";
import { STAGE_WORDS, headline, lineSummary, stageWord, withoutBar } from "./words.js";

const BARS_SHOWN = 40; // the next callers; of the others the sum says more than bars would

export class LineSheet {
  #section;
  #paint;
  #clock;
  #chart;
  #table;
  #status = { calls: [], more: 0, current_size: 0, show: { median_wait_seconds: null } };
  #legend = "";

  constructor(section, paint, serverClock) {
    this.#section = section;
    this.#paint = paint;
    this.#clock = serverClock;
    this.#chart = new LineChart(this.#part("plot"), paint, serverClock);
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

  /** Takes the show's median as it is now known, in seconds, or null. */
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
    setText(this.#part("headline"), headline({ waiting: this.#status.current_size, air: this.#at("on_air").length, held: this.#at("held").length }));
    setText(this.#part("rest"), this.#rest(now));
    setHidden(this.#part("rest"), this.#status.calls.length <= BARS_SHOWN && !this.#status.more);
    setAria(this.#part("picture"), "label", this.#summary(now));
  }

  /** Reads the page's colours and sizes again. */
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

  /** Callers without a bar, in one sentence. */
  #rest(now) {
    const waits = this.#status.calls.slice(BARS_SHOWN).map((call) => secondsOf(call, now));
    return withoutBar(waits, medianOf(waits), this.#status.more);
  }

  #summary(now) {
    const waiting = this.#status.calls.filter((call) => call.position !== null);
    const [first = null] = waiting;
    return lineSummary({
      size: this.#status.current_size,
      onAir: this.#at("on_air").map((call) => call.number),
      first: first && { number: first.number, seconds: secondsOf(first, now) },
      longest: Math.max(...waiting.map((call) => secondsOf(call, now))),
      median: this.#median,
    });
  }

  #showLegend() {
    const now = this.#clock.now();
    const shown = new Set(this.#status.calls.slice(0, BARS_SHOWN).flatMap((call) => spansOf(call, now).map(({ stage }) => stage)));
    const stages = STAGES.filter(({ stage }) => shown.has(stage));
    const key = stages.map(({ stage }) => stage).join();
    if (key !== this.#legend) {
      this.#legend = key;
      const entries = stages.map(({ stage, look }) => ({ word: STAGE_WORDS[stage], draw: swatch(this.#paint, stage, look) }));
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
