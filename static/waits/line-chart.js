/* The chart of waits: a bar for each caller, which grows, and a line at the show's median. Made once, then only moved. */

import { capital, clock } from "../shared/format.js";
import { callerInWords } from "../shared/words.js";
import { durationAxis, ticksOf } from "./axis.js";
import { onAirOf, secondsOf, spansOf, STAGES, waitOf } from "./spans.js";
import { barName, medianWords, partOfBar } from "./words.js";

const ROW_REMS = 1.75;
const NARROW_ROW_REMS = 2.875; // on a phone the words stand above their bar, which has the whole width
const MOST_PIXELS = 12e6; // a canvas that is larger than some devices allow stays empty
const NARROW_PX = 560;

export class LineChart {
  #plot;
  #paint;
  #clock;
  #chart;
  #calls = [];
  #median = null;
  #ends = [];
  #axis = durationAxis(0, 1);

  /** `plot` holds the canvas; `serverClock` is the server's clock. */
  constructor(plot, paint, serverClock) {
    this.#plot = plot;
    this.#paint = paint;
    this.#clock = serverClock;
    this.#chart = new Chart(plot.querySelector("canvas"), {
      type: "bar",
      data: { labels: [], datasets: STAGES.map(({ stage, look }) => ({ stage, look, data: [], grouped: false, borderSkipped: false })) },
      options: this.#options(),
      plugins: [{ id: "waits", afterDatasetsDraw: (chart) => this.#drawWords(chart) }],
    });
    this.repaint();
  }

  /** Shows these calls, in this order, and the median in seconds (null for none). */
  show(calls, median) {
    if (median === this.#median && isSame(calls, this.#calls)) {
      return; // the bars grow with each tick
    }
    const isTaller = calls.length !== this.#calls.length;
    this.#calls = calls;
    this.#median = median;
    this.#chart.data.labels = calls.map((call) => call.call_sid);
    this.#grow();
    if (isTaller) {
      this.#fit();
    } else {
      this.#chart.update();
    }
  }

  /** The bars grow to where they are now. */
  tick() {
    if (this.#calls.length && this.#plot.offsetParent) {
      this.#grow();
      this.#chart.update();
    }
  }

  /** Reads the page's colours and sizes again. */
  repaint() {
    const { data, options } = this.#chart;
    for (const dataset of data.datasets) {
      dataset.backgroundColor = this.#paint.fill(dataset.stage, dataset.look);
      dataset.borderColor = this.#paint.colour(dataset.stage);
      dataset.borderWidth = 1.5;
      dataset.borderRadius = 3;
      dataset.barPercentage = this.#isNarrow ? 0.33 : 0.7;
      dataset.categoryPercentage = 1;
    }
    Object.assign(options, this.#options());
    this.#fit();
  }

  /** What the chart draws: for each caller the number at the bar's end. Tests compare it with the line. */
  get words() {
    return this.#ends;
  }

  #fit() {
    const height = this.#top + this.#calls.length * this.#row + 8;
    this.#plot.style.height = `${height}px`;
    const area = this.#plot.clientWidth * height || 1;
    this.#chart.options.devicePixelRatio = Math.min(window.devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / area));
    this.#grow();
    this.#chart.resize();
    this.#chart.update();
  }

  get #top() {
    return this.#paint.px(3.25); // the median's words and the axis
  }

  get #row() {
    return this.#paint.px(this.#isNarrow ? NARROW_ROW_REMS : ROW_REMS);
  }

  get #isNarrow() {
    return this.#plot.clientWidth < NARROW_PX;
  }

  #grow() {
    const now = this.#clock.now();
    const parts = new Map(STAGES.map(({ stage }) => [stage, []]));
    for (const call of this.#calls) {
      for (const { stage, from, to } of spansOf(call, now)) {
        parts.get(stage)?.push({ x: [from, to], y: call.call_sid });
      }
    }
    for (const dataset of this.#chart.data.datasets) {
      dataset.data = parts.get(dataset.stage);
    }
    this.#ends = this.#calls.map((call) => this.#endOf(call, now));
    const { x } = this.#chart.options.scales;
    const longest = Math.max(0, this.#median ?? 0, ...this.#calls.map((call) => secondsOf(call, now)));
    this.#axis = durationAxis(longest, this.#isNarrow ? 4 : 6);
    x.max = this.#axis.max;
    const endRems = this.#calls.some((call) => call.stage === "on_air") ? 7 : 3.25;
    this.#chart.options.layout.padding.right = this.#paint.px(this.#isNarrow ? 1.25 : endRems);
  }

  #endOf(call, now) {
    const wait = clock(waitOf(call, now));
    const onAir = onAirOf(call, now);
    return onAir === null ? wait : `${wait} + ${clock(onAir)}`;
  }

  #options() {
    const paint = this.#paint;
    const px = (rems) => paint.px(rems);
    return {
      indexAxis: "y",
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: px(1.5), right: px(3.25), bottom: 4, left: 0 } },
      scales: {
        x: {
          position: "top",
          min: 0,
          max: 60,
          border: { display: false },
          grid: { color: paint.edge, tickLength: px(this.#isNarrow ? 0.625 : 0.25) },
          afterBuildTicks: (axis) => {
            axis.ticks = ticksOf(this.#axis);
          },
          ticks: { color: paint.soft, font: this.#letters(), callback: (seconds) => clock(seconds), maxRotation: 0 },
        },
        y: {
          grid: { display: false },
          border: { color: paint.edge },
          ticks: {
            display: !this.#isNarrow,
            autoSkip: false,
            crossAlign: "far",
            color: ({ index }) => (this.#calls[index]?.position === null ? paint.text : paint.soft),
            font: ({ index }) => this.#letters(this.#calls[index]?.position === null ? 700 : 400),
            callback: (_, index) => barName(this.#calls[index]),
          },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          animation: false,
          displayColors: false,
          titleFont: this.#letters(700),
          bodyFont: this.#letters(),
          callbacks: {
            title: ([item]) => capital(callerInWords(this.#calls.find((call) => call.call_sid === item.label)?.number ?? "")),
            label: ({ raw, dataset }) => partOfBar(dataset.stage, ...raw.x),
          },
        },
      },
    };
  }

  #letters(weight = 400) {
    return { family: this.#paint.family, size: this.#paint.px(0.875), weight };
  }

  #drawWords(chart) {
    const { ctx, scales } = chart;
    ctx.save();
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    ctx.font = this.#paint.font(600);
    ctx.fillStyle = this.#paint.text;
    if (this.#median !== null) {
      this.#drawMedian(chart, scales.x);
    }
    const now = this.#clock.now();
    this.#calls.forEach((call, index) => {
      const y = scales.y.getPixelForValue(index);
      if (this.#isNarrow) {
        this.#drawAbove(chart, index, y - this.#row * 0.36);
      } else {
        this.#write(ctx, this.#ends[index] ?? "", scales.x.getPixelForValue(secondsOf(call, now)) + 6, y);
      }
    });
    ctx.restore();
  }

  #drawAbove({ ctx, chartArea }, index, y) {
    const name = barName(this.#calls[index]);
    const end = this.#ends[index] ?? "";
    this.#clear(ctx, chartArea.left + 2, ctx.measureText(name).width, y);
    this.#clear(ctx, chartArea.right - ctx.measureText(end).width, ctx.measureText(end).width, y);
    ctx.textAlign = "left";
    this.#write(ctx, name, chartArea.left + 2, y);
    ctx.textAlign = "right";
    this.#write(ctx, end, chartArea.right, y);
  }

  /** Paints over the chart's lines, so that none shows in the gaps of what is then written here. */
  #clear(ctx, x, width, y) {
    const height = this.#paint.px(1);
    ctx.save();
    ctx.fillStyle = this.#paint.panel;
    ctx.fillRect(x, y - height / 2, width + 4, height);
    ctx.restore();
  }

  /** Words that nothing crosses: lines behind them are interrupted. */
  #write(ctx, words, x, y) {
    ctx.strokeStyle = this.#paint.panel;
    ctx.lineWidth = 5;
    ctx.lineJoin = "round";
    ctx.strokeText(words, x, y);
    ctx.fillText(words, x, y);
  }

  #drawMedian({ ctx, chartArea, width }, scale) {
    const x = scale.getPixelForValue(this.#median);
    const isOver = ({ value }) => Math.abs(scale.getPixelForValue(value) - x) < ctx.measureText(clock(value)).width / 2 + 4;
    const top = ticksOf(this.#axis).some(isOver) ? chartArea.top : this.#paint.px(1.4); // not through the axis's times
    const words = medianWords(this.#median);
    const half = ctx.measureText(words).width / 2;
    const middle = Math.min(Math.max(x, half), width - half);
    ctx.save();
    ctx.strokeStyle = this.#paint.text;
    ctx.lineWidth = 2;
    ctx.setLineDash([6, 4]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, chartArea.bottom);
    ctx.stroke();
    ctx.textAlign = "center";
    ctx.fillText(words, middle, this.#paint.px(0.7));
    ctx.restore();
  }
}

/* The live line keeps the objects of calls that did not change. */
function isSame(calls, others) {
  return calls.length === others.length && calls.every((call, index) => call === others[index]);
}
