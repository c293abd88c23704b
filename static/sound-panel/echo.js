/* Detects echo: one sound that comes back in another some time later, the programme from a caller's radio, or a caller from
   the DJ's loudspeakers. It compares how loud both are from moment to moment, which survives any codec, room and loudspeaker. */

const STEP_SECONDS = 0.05;
const WINDOW_STEPS = 320; // 16 s
const LOOK_EVERY_STEPS = 80;
const SMOOTH_STEPS = 20; // slower changes are turns of a talk: two people take them at the same pace and are no echo
const FLOOR_DB = -50;
const LEAST_CORRELATION = 0.5; // two people that talk reach it at some delay now and then
const SPEECH_DB = -42;
const LEAST_SPEECH_STEPS = 140;
const APART_LOOKS = WINDOW_STEPS / LOOK_EVERY_STEPS;
const LOOKS = 12;
const ALIKE_LOOKS = 4; // of the last LOOKS, at the same delay: the caller's own words hide what comes back now and then

/** `levels` less their mean over the second around each: what remains is the rhythm of syllables. */
function rhythmOf(levels) {
  const sums = [0];
  for (const level of levels) {
    sums.push(sums.at(-1) + level);
  }
  return levels.map((level, n) => {
    const from = Math.max(0, n - SMOOTH_STEPS / 2);
    const to = Math.min(levels.length, n + SMOOTH_STEPS / 2);
    return level - (sums[to] - sums[from]) / (to - from);
  });
}

/**
 * How alike, from -1 to 1, the last WINDOW_STEPS of `heard` are to `source` as it was `lag` steps earlier, while somebody
 * spoke there: `isSpeech` says when. 0 when hardly anybody did.
 */
function correlation(source, isSpeech, heard, lag) {
  let [both, ofSource, ofHeard, steps] = [0, 0, 0, 0];
  for (let n = heard.length - WINDOW_STEPS; n < heard.length; n += 1) {
    if (isSpeech[n - lag]) {
      const earlier = source[n - lag];
      both += earlier * heard[n];
      ofSource += earlier * earlier;
      ofHeard += heard[n] * heard[n];
      steps += 1;
    }
  }
  return steps < LEAST_SPEECH_STEPS || ofHeard === 0 ? 0 : both / Math.sqrt(ofSource * ofHeard);
}

export class EchoDetector {
  #lags;
  #source = [];
  #heard = [];
  #step = null;
  #looks = [];

  /** `from` and `to` are the delays that are looked for, in seconds. */
  constructor({ from, to }) {
    this.#lags = [Math.round(from / STEP_SECONDS), Math.round(to / STEP_SECONDS)];
  }

  /** The levels of the sound that may come back and of the one that may hold it, in dB, at `now`, in seconds. */
  hear(source, heard, now) {
    const step = Math.floor(now / STEP_SECONDS);
    for (let at = Math.max(this.#step ?? step - 1, step - LOOK_EVERY_STEPS); at < step; at += 1) {
      this.#source.push(Math.max(FLOOR_DB, source));
      this.#heard.push(Math.max(FLOOR_DB, heard));
      this.#keep();
      if (at % LOOK_EVERY_STEPS === 0) {
        this.#look();
      }
    }
    this.#step = step;
  }

  /** How much later it comes back, in seconds; null while it does not. */
  get delay() {
    const lag = this.#looks.findLast((one) => one !== null && this.#isSure(one));
    return lag === undefined ? null : lag * STEP_SECONDS;
  }

  /** Whether enough looks agree on this delay, the first and the last of them on different words: looks overlap. */
  #isSure(lag) {
    const agrees = (other) => other !== null && Math.abs(other - lag) <= 1;
    const apart = this.#looks.findLastIndex(agrees) - this.#looks.findIndex(agrees);
    return apart >= APART_LOOKS && this.#looks.filter(agrees).length >= ALIKE_LOOKS;
  }

  #keep() {
    const most = WINDOW_STEPS + this.#lags[1];
    if (this.#source.length > most) {
      this.#source.shift();
      this.#heard.shift();
    }
  }

  #look() {
    if (this.#source.length < WINDOW_STEPS + this.#lags[1]) {
      return;
    }
    const source = rhythmOf(this.#source);
    const isSpeech = this.#source.map((level) => level > SPEECH_DB);
    const heard = rhythmOf(this.#heard);
    let best = { lag: null, alike: LEAST_CORRELATION };
    for (let lag = this.#lags[0]; lag <= this.#lags[1]; lag += 1) {
      const alike = correlation(source, isSpeech, heard, lag);
      if (alike > best.alike) {
        best = { lag, alike };
      }
    }
    this.#looks = [...this.#looks.slice(1 - LOOKS), best.lag];
  }
}
