/* A limiter without delay: a gain that follows how loud the sound was a few milliseconds ago. The browser's own,
   DynamicsCompressorNode, looks 6 ms ahead, and callers would hear each other that much later. */

const MEAN_OF_SINE = 2 / Math.PI; // of its absolute value, at a peak of 1
const LIMIT = 0.25 * MEAN_OF_SINE; // a tone of -12 dBFS; speech of that loudness has peaks near full scale
const RATIO = 20;
const SMOOTHING_HZ = 40; // slower than any voice, so that the gain does not follow each wave; it acts after some 8 ms
const CRITICALLY_DAMPED_DB = -6.02; // a lowpass has its Q in dB; without overshoot
const CURVE_POINTS = 2001; // for -1 to 1

const ABSOLUTE = new Float32Array([1, 0, 1]);
const GAIN = Float32Array.from({ length: CURVE_POINTS }, (_, point) => gainAt((2 * point) / (CURVE_POINTS - 1) - 1));

/** What the sound is multiplied by if the mean of its absolute value is this. */
function gainAt(loudness) {
  return loudness <= LIMIT ? 1 : (loudness / LIMIT) ** (1 / RATIO - 1);
}

/** Limits what comes from `source`, an AudioNode. Returns the node that it comes out of. */
export function limited(context, source) {
  const gain = new GainNode(context, { gain: 0 }); // the curve adds to it
  const absolute = new WaveShaperNode(context, { curve: ABSOLUTE });
  const mean = new BiquadFilterNode(context, { type: "lowpass", frequency: SMOOTHING_HZ, Q: CRITICALLY_DAMPED_DB });
  const curve = new WaveShaperNode(context, { curve: GAIN });
  source.connect(gain);
  source.connect(absolute).connect(mean).connect(curve).connect(gain.gain);
  return gain;
}
