/* What a level meter shows, from blocks of samples: the level, the peak that it holds for a moment, silence and clipping. */

export const FLOOR_DB = -60;
const HOLD_SECONDS = 1.5;
const FALL_DB_PER_SECOND = 20;
const CLIPPED = 0.985; // of full scale: converters and codecs flatten what is above
const CLIPPING_SAMPLES = 3;
const CLIPPING_SHOWN_SECONDS = 3;
const MUTE_DB = -85; // a headset or a browser that is muted gives nothing, or the last of 16 bits
const MUTE_SECONDS = 8;
const QUIET_DB = -55; // a microphone that is open gives less where the browser removes noise and nobody speaks
const QUIET_SECONDS = 60;

export class Levels {
  /** In dB below full scale, FLOOR_DB for nothing at all. */
  level = FLOOR_DB;
  peak = FLOOR_DB;
  /** The level of the last block as a whole, in the same dB. */
  loudness = FLOOR_DB;
  #at = null;
  #heldUntil = 0;
  #clippedUntil = 0;
  #openAt = null; // when it was last louder than MUTE_DB
  #soundAt = null; // when it was last louder than QUIET_DB

  /** `samples` from -1 to 1 are what was heard until `now`, in seconds. */
  hear(samples, now) {
    let highest = 0;
    let clipped = 0;
    let power = 0;
    for (const sample of samples) {
      const size = Math.abs(sample);
      highest = Math.max(highest, size);
      clipped += size >= CLIPPED ? 1 : 0;
      power += size * size;
    }
    this.loudness = Math.max(FLOOR_DB, 10 * Math.log10(power / samples.length + 1e-9));
    const decibels = 20 * Math.log10(highest || 1e-9);
    const heard = Math.max(FLOOR_DB, decibels);
    const fall = (now - (this.#at ?? now)) * FALL_DB_PER_SECOND;
    this.level = Math.max(heard, this.level - fall, FLOOR_DB);
    if (heard >= this.peak) {
      this.peak = heard;
      this.#heldUntil = now + HOLD_SECONDS;
    } else if (now > this.#heldUntil) {
      this.peak = Math.max(this.level, this.peak - fall);
    }
    if (clipped >= CLIPPING_SAMPLES) {
      this.#clippedUntil = now + CLIPPING_SHOWN_SECONDS;
    }
    this.#openAt = decibels > MUTE_DB ? now : (this.#openAt ?? now);
    this.#soundAt = decibels > QUIET_DB ? now : (this.#soundAt ?? now);
    this.#at = now;
  }

  /** Whether it was too loud a moment ago. */
  get isClipping() {
    return this.#at !== null && this.#at < this.#clippedUntil;
  }

  /** Whether it must be muted: nothing at all for some seconds, or no voice for a minute. */
  get isSilent() {
    return this.#at !== null && (this.#at - this.#openAt > MUTE_SECONDS || this.#at - this.#soundAt > QUIET_SECONDS);
  }
}
