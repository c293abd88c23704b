/* What is heard of one line: how loud its caller is, and whether the programme or the caller comes back late. */

import { EchoDetector } from "./echo.js";
import { Meter } from "./meter.js";
import { callerTooLoud, fromLoudspeakers, fromRadio } from "./words.js";

const FROM_RADIO = { from: 0.3, to: 10 }; // seconds; digital radio and streams are that late
const FROM_LOUDSPEAKERS = { from: 0, to: 0.3 };

export class LineSound {
  #phone;
  #caller = "";
  #radio = new EchoDetector(FROM_RADIO);
  #loudspeakers = new EchoDetector(FROM_LOUDSPEAKERS);
  meter;

  /** `phone` is the line's, `bars` are where its level is drawn. */
  constructor(phone, bars) {
    this.#phone = phone;
    this.meter = new Meter(bars);
  }

  /** The caller on the line, by CallSid; "" for nobody. Another caller has another radio. */
  update(callSid) {
    if (callSid !== this.#caller) {
      this.#caller = callSid;
      this.#radio = new EchoDetector(FROM_RADIO);
      this.#loudspeakers = new EchoDetector(FROM_LOUDSPEAKERS);
    }
  }

  /** Whether there is something to listen to, or was until now. */
  get isOn() {
    return this.#phone.isAnswered || this.meter.isOn;
  }

  /** `input` is the microphone's meter, `now` is in seconds. */
  tick(input, context, now) {
    this.meter.listen(this.#phone.remoteStream, context);
    this.meter.tick(now);
    if (this.#caller && input.isOn && this.meter.isOn) {
      this.#radio.hear(input.loudness, this.meter.loudness, now);
      this.#loudspeakers.hear(this.meter.loudness, input.loudness, now);
    }
  }

  /** What is wrong with the caller's sound; "" for nothing. `who` is the caller in a sentence. */
  warning(who) {
    if (this.meter.isClipping) {
      return callerTooLoud(who);
    }
    if (this.#radio.delay !== null) {
      return fromRadio(who, this.#radio.delay);
    }
    return this.#loudspeakers.delay === null ? "" : fromLoudspeakers(who);
  }
}
