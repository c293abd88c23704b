/* Levels a sound to the loudness of the station's other sounds, and keeps its peaks below what telephones distort.

   Loudness as in ITU-R BS.1770-5: https://www.itu.int/rec/R-REC-BS.1770 */

import { RATE } from "./telephone.js";

const TARGET_LUFS = -20;
const PEAK_DB = -3;

/* Quieter than this is silence, which is not made louder. */
const SILENT_LUFS = -60;
const MOST_GAIN_DB = 30;
const BLOCK_SECONDS = 0.4;
const STEP_SECONDS = 0.1;
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;
const LOOK_AHEAD = Math.round(0.005 * RATE);

/** The samples at TARGET_LUFS, with no peak above PEAK_DB; null for silence. */
export async function levelled(samples) {
  const loudness = await loudnessOf(samples);
  if (loudness < SILENT_LUFS) {
    return null;
  }
  const gain = ratio(Math.min(MOST_GAIN_DB, TARGET_LUFS - loudness));
  return limited(samples.map((sample) => sample * gain), ratio(PEAK_DB));
}

/* The loudness of all that is not a pause, in LUFS; -Infinity for silence. */
async function loudnessOf(samples) {
  const powers = blockPowers(await weighted(samples));
  const loud = powers.filter((power) => lufs(power) > ABSOLUTE_GATE_LUFS);
  const gate = lufs(mean(loud)) + RELATIVE_GATE_LU;
  return lufs(mean(loud.filter((power) => lufs(power) > gate)));
}

/* The filter that weighs frequencies as ears do: less bass, more of what is high. */
async function weighted(samples) {
  const context = new OfflineAudioContext(1, samples.length, RATE);
  const source = context.createBufferSource();
  source.buffer = context.createBuffer(1, samples.length, RATE);
  source.buffer.copyToChannel(samples, 0);
  const shelf = new BiquadFilterNode(context, { type: "highshelf", frequency: 1682, gain: 4 });
  const bass = new BiquadFilterNode(context, { type: "highpass", frequency: 38, Q: -6 });
  source.connect(shelf).connect(bass).connect(context.destination);
  source.start();
  return (await context.startRendering()).getChannelData(0);
}

function blockPowers(samples) {
  const size = Math.min(samples.length, Math.round(BLOCK_SECONDS * RATE));
  const powers = [];
  for (let start = 0; start + size <= samples.length; start += Math.round(STEP_SECONDS * RATE)) {
    let sum = 0;
    for (let at = start; at < start + size; at += 1) {
      sum += samples[at] ** 2;
    }
    powers.push(sum / size);
  }
  return powers;
}

/* Turns down what would go over the ceiling, from a little before until a little after it. The gain is the least that
   any sample near by needs, and then the mean of those over the same time: so it moves smoothly, and in time. */
function limited(samples, ceiling) {
  const needed = samples.map((sample) => Math.min(1, ceiling / Math.abs(sample)));
  const least = leastAround(needed, LOOK_AHEAD);
  const width = 2 * LOOK_AHEAD + 1;
  let sum = 0;
  for (let at = -LOOK_AHEAD; at <= LOOK_AHEAD; at += 1) {
    sum += least[at] ?? 1;
  }
  return samples.map((sample, at) => {
    const gain = sum / width;
    sum += (least[at + LOOK_AHEAD + 1] ?? 1) - (least[at - LOOK_AHEAD] ?? 1);
    return sample * Math.min(gain, needed[at]);
  });
}

/* For each place the least value from `reach` before it to `reach` after it. */
function leastAround(values, reach) {
  const least = new Float32Array(values.length);
  const waiting = []; // places whose values rise
  let first = 0;
  for (let at = 0; at < values.length + reach; at += 1) {
    while (at < values.length && waiting.length > first && values[waiting.at(-1)] >= values[at]) {
      waiting.pop();
    }
    if (at < values.length) {
      waiting.push(at);
    }
    if (at >= reach) {
      while (waiting[first] < at - 2 * reach) {
        first += 1;
      }
      least[at - reach] = values[waiting[first]];
    }
  }
  return least;
}

function mean(values) {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}

function lufs(power) {
  return -0.691 + 10 * Math.log10(power);
}

function ratio(decibels) {
  return 10 ** (decibels / 20);
}
