/* Makes any file that the browser can play into what telephones play: one channel of 8,000 samples a second. */

export const RATE = 8000;

/** The samples, from -1 to 1, as a Float32Array. Rejects for a file that the browser cannot decode. */
export async function decode(content) {
  // The browser converts to the context's own rate while it decodes, and takes away what that rate cannot carry.
  const buffer = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(content);
  const mixed = new Float32Array(buffer.length);
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    const samples = buffer.getChannelData(channel);
    for (let at = 0; at < mixed.length; at += 1) {
      mixed[at] += samples[at] / buffer.numberOfChannels;
    }
  }
  return mixed;
}

/** A WAV file in 8-bit µ-law, which is what telephone networks carry. */
export function wavOf(samples) {
  const size = samples.length;
  const file = new DataView(new ArrayBuffer(58 + size + (size % 2)));
  writeText(file, 0, "RIFF");
  file.setUint32(4, file.byteLength - 8, true);
  writeText(file, 8, "WAVEfmt ");
  file.setUint32(16, 18, true);
  file.setUint16(20, 7, true); // µ-law
  file.setUint16(22, 1, true);
  file.setUint32(24, RATE, true);
  file.setUint32(28, RATE, true);
  file.setUint16(32, 1, true);
  file.setUint16(34, 8, true);
  writeText(file, 38, "fact");
  file.setUint32(42, 4, true);
  file.setUint32(46, size, true);
  writeText(file, 50, "data");
  file.setUint32(54, size, true);
  for (let at = 0; at < size; at += 1) {
    file.setUint8(58 + at, mulaw(samples[at]));
  }
  return new Uint8Array(file.buffer);
}

function writeText(file, offset, text) {
  for (let at = 0; at < text.length; at += 1) {
    file.setUint8(offset + at, text.charCodeAt(at));
  }
}

/* ITU-T G.711: a sign, the segment, and four bits within it, all inverted. */
function mulaw(sample) {
  const whole = Math.round(sample * 32768);
  const size = Math.min(Math.abs(whole), 32635) + 132;
  const segment = 24 - Math.clz32(size);
  return ~((whole < 0 ? 0x80 : 0) | (segment << 4) | ((size >> (segment + 3)) & 0x0f)) & 0xff;
}
