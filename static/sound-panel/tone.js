/* Plays into the chosen loudspeaker, off the air: a test tone, and one's own microphone. */

const TONE_HZ = 440;
const TONE_GAIN = 0.125; // 18 dB below full scale
const TONE_SECONDS = 1.5;
const FADE_SECONDS = 0.02;

/** Plays what `source` (an AudioNode) gives through the loudspeaker `sinkId`; resolves to a function that ends it. */
async function play(context, source, sinkId) {
  const destination = context.createMediaStreamDestination();
  source.connect(destination);
  const element = new Audio();
  element.srcObject = destination.stream;
  await element.setSinkId?.(sinkId);
  await element.play();
  return () => {
    element.pause();
    element.srcObject = null;
    source.disconnect(destination);
  };
}

/** Resolves once the tone is over. */
export async function playTone(context, sinkId) {
  const tone = new OscillatorNode(context, { frequency: TONE_HZ });
  const gain = new GainNode(context, { gain: 0 });
  tone.connect(gain);
  const stop = await play(context, gain, sinkId);
  const from = context.currentTime;
  gain.gain.setTargetAtTime(TONE_GAIN, from, FADE_SECONDS);
  gain.gain.setTargetAtTime(0, from + TONE_SECONDS, FADE_SECONDS);
  tone.start(from);
  tone.stop(from + TONE_SECONDS + 10 * FADE_SECONDS);
  await new Promise((over) => {
    tone.onended = over;
  });
  stop();
}

/** Lets the DJ hear `stream`; resolves to a function that ends it. */
export function playStream(context, stream, sinkId) {
  return play(context, context.createMediaStreamSource(stream), sinkId);
}
