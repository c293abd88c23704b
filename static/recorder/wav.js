/* WAV files: https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html */

import { BYTES_PER_FRAME } from "./shape.js";

const HEADER_BYTES = 44;
export const MOST_FRAMES = Math.floor((0xffffffff - HEADER_BYTES) / BYTES_PER_FRAME);

/** The head of a WAV file with one channel of 16 bits. */
export function wavHeader(frames, rate) {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES));
  const bytes = frames * BYTES_PER_FRAME;
  const text = (at, letters) => [...letters].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, HEADER_BYTES - 8 + bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * BYTES_PER_FRAME, true);
  view.setUint16(32, BYTES_PER_FRAME, true);
  view.setUint16(34, 8 * BYTES_PER_FRAME, true);
  text(36, "data");
  view.setUint32(40, bytes, true);
  return view.buffer;
}
