/* Draws a sound as a row of bars. The part that is stored is bright, what is cut away is pale. */

const BAR = 3;
const GAP = 1;

/** Draws `samples` into the canvas; `start` and `end` are shares from 0 to 1. */
export function draw(canvas, samples, start, end) {
  const ratio = window.devicePixelRatio || 1;
  const { width, height } = canvas.getBoundingClientRect();
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const bars = Math.max(1, Math.floor(width / (BAR + GAP)));
  const loudest = peakOf(samples, 0, 1) || 1; // a quiet file is drawn as high as a loud one: it is levelled anyway
  for (let bar = 0; bar < bars; bar += 1) {
    const share = bar / bars;
    const size = Math.max(2, (peakOf(samples, share, share + 1 / bars) / loudest) * height);
    context.fillStyle = share >= start && share < end ? style.color : style.borderColor;
    context.fillRect(bar * (BAR + GAP), (height - size) / 2, BAR, size);
  }
}

function peakOf(samples, from, to) {
  let peak = 0;
  for (let at = Math.floor(from * samples.length); at < to * samples.length; at += 1) {
    peak = Math.max(peak, Math.abs(samples[at]));
  }
  return peak;
}
