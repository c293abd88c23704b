/* The day's chart: three strips of columns, joined, aired and gave up, over a field of waits. All share one axis of time. */

import { clock, timeOfDay } from "../shared/format.js";
import { durationAxis, evenCount, ticksOf, timesOfDay } from "./axis.js";
import { MARK_WORDS, joinedAt } from "./words.js";

const NARROW_PX = 560;
const LEFT_REMS = 3.5;
const RIGHT_REMS = 1.5;
const MARGINS_REMS = 4.5; // of the sheet on both sides, and right of the columns

/* How the mark of a wait is drawn, by what became of the caller. */
export const MARKS = Object.freeze([
  { name: "aired", point: "circle", colour: "aired" },
  { name: "gave_up", point: "crossRot", colour: "gave_up" },
  { name: "waiting", point: "circle", colour: "joined", isHollow: true },
  { name: "other", point: "triangle", colour: "other" },
]);

const STRIPS = ["joined", "aired", "gave_up"];
const MANY = 150;

export function markOf(wait) {
  if (wait.aired) {
    return "aired";
  }
  if (wait.outcome === "hung_up") {
    return "gave_up";
  }
  return wait.outcome === null ? "waiting" : "other";
}

const stripTip = {
  title: () => "",
  label: ({ raw }) => String(raw.y),
};

const waitsTip = {
  title: ([item]) => joinedAt(item.raw.x),
  label: ({ raw, datasetIndex }) => `${MARK_WORDS[MARKS[datasetIndex].name]}: ${clock(raw.y)}`,
};

export class DayChart {
  #root;
  #paint;
  #strips = new Map();
  #waits;
  #range = { from: 0, until: 1 };
  #count = 0;
  #durations = durationAxis(0, 1);
  #drawn = "";

  constructor(root, paint) {
    this.#root = root;
    this.#paint = paint;
    for (const name of STRIPS) {
      this.#strips.set(name, this.#chart(name, { type: "bar", data: { datasets: [{ data: [], grouped: false }] } }));
    }
    this.#waits = this.#chart("waits", { type: "scatter", data: { datasets: MARKS.map(({ name }) => ({ mark: name, data: [] })) } });
    this.repaint();
  }

  /** About the width that there is for columns, in pixels: also while only the table is shown. */
  get width() {
    return Math.max(1, this.#root.clientWidth - this.#paint.px(LEFT_REMS + MARGINS_REMS));
  }

  /** Shows columns of `seconds` each and the waits, both as `/day` tells them, between two moments. */
  show(day) {
    const { columns, seconds, waits, from, until } = day;
    const drawn = JSON.stringify([day, this.#root.clientWidth]);
    if (drawn === this.#drawn) {
      return;
    }
    this.#drawn = drawn;
    this.#range = { from, until };
    const most = evenCount(Math.max(...columns.flatMap((column) => [column.joined, column.aired, column.gave_up])));
    for (const [name, chart] of this.#strips) {
      chart.data.datasets[0].data = columns.map((column) => ({ x: column.at + seconds / 2, y: column[name] || null }));
      chart.options.scales.y.max = most;
      chart.options.scales.y.ticks.stepSize = most / 2;
      this.#place(chart);
    }
    this.#count = waits.length;
    for (const dataset of this.#waits.data.datasets) {
      dataset.radius = this.#radius;
      dataset.data = waits
        .filter((wait) => markOf(wait) === dataset.mark)
        .map((wait) => ({ x: wait.joined_at, y: wait.wait_seconds }));
    }
    this.#durations = durationAxis(Math.max(0, ...waits.map((wait) => wait.wait_seconds)) * 1.05, 4);
    this.#waits.options.scales.y.max = this.#durations.max;
    this.#place(this.#waits);
  }

  /** Reads the page's colours and sizes again. */
  repaint() {
    this.#drawn = "";
    for (const name of STRIPS) {
      const chart = this.#strips.get(name);
      Object.assign(chart.data.datasets[0], {
        backgroundColor: this.#paint.colour(name),
        barPercentage: 0.9,
        minBarLength: 3, // one among hundreds is seen, too
        categoryPercentage: 1,
      });
      Object.assign(chart.options, this.#options(name));
    }
    this.#waits.data.datasets.forEach((dataset, index) => {
      const { point, colour, isHollow } = MARKS[index];
      const isFilled = !isHollow && point !== "crossRot";
      const painted = this.#paint.colour(colour);
      Object.assign(dataset, {
        pointStyle: point,
        borderColor: isFilled ? this.#paint.panel : painted, // marks that overlap stay apart
        backgroundColor: isHollow ? this.#paint.panel : painted,
        borderWidth: isFilled ? 1 : 2,
        clip: false,
        radius: this.#radius,
        hoverRadius: this.#paint.px(0.35),
      });
    });
    Object.assign(this.#waits.options, this.#options("waits"));
  }

  get #radius() {
    return this.#paint.px(this.#count > MANY ? 0.22 : 0.3);
  }

  #chart(name, config) {
    const canvas = this.#root.querySelector(`[data-strip="${name}"] canvas`);
    return new Chart(canvas, { ...config, options: this.#options(name) });
  }

  #place(chart) {
    const { from, until } = this.#range;
    Object.assign(chart.options.scales.x, { min: from, max: until });
    chart.resize();
    chart.update();
  }

  #options(name) {
    const paint = this.#paint;
    const isWaits = name === "waits";
    const letters = { family: paint.family, size: paint.px(0.875) };
    const ticks = { color: paint.soft, font: letters };
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { autoPadding: false, padding: { top: 8, right: paint.px(RIGHT_REMS), bottom: 0, left: 0 } },
      scales: {
        x: {
          type: "linear",
          offset: false,
          border: { color: paint.soft },
          grid: { color: paint.edge, offset: false, tickLength: isWaits ? 4 : 0 },
          afterBuildTicks: (axis) => {
            axis.ticks = timesOfDay(axis.min, axis.max, axis.chart.width < NARROW_PX ? 4 : 9).map((value) => ({ value }));
          },
          ticks: { ...ticks, display: isWaits, maxRotation: 0, callback: (at) => hourOf(at) },
        },
        y: {
          min: 0,
          border: { display: false },
          grid: { color: paint.edge },
          afterFit: (axis) => {
            axis.width = paint.px(LEFT_REMS);
          },
          afterBuildTicks: (axis) => {
            axis.ticks = isWaits ? ticksOf(this.#durations) : axis.ticks;
          },
          ticks: isWaits ? { ...ticks, callback: (seconds) => clock(seconds) } : ticks,
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          animation: false,
          displayColors: false,
          bodyFont: letters,
          titleFont: { ...letters, weight: 700 },
          callbacks: isWaits ? waitsTip : stripTip,
        },
      },
    };
  }
}

function hourOf(at) {
  return timeOfDay(new Date(at * 1000)).slice(0, 5);
}
