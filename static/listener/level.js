/* How loud a microphone is, as often as the screen is drawn. */

const SAMPLES = 1024;
const GAIN = 4; // speech is a quarter of full scale at most

/** Calls `heard(level)`, from 0 to 1, again and again; returns a function that ends it. */
export function listenTo(stream, heard) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: SAMPLES });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(SAMPLES);
  let frame = 0;
  const look = () => {
    frame = requestAnimationFrame(look);
    analyser.getFloatTimeDomainData(samples);
    heard(Math.min(1, GAIN * Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / SAMPLES)));
  };
  look();
  return () => {
    cancelAnimationFrame(frame);
    context.close();
  };
}
