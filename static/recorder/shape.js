/* The shape of a recording on the disk: 16-bit samples, a file for each track and piece, and a journal beside them. */

export const FOLDER = "recordings";
export const JOURNAL = "journal.jsonl";
export const BYTES_PER_FRAME = 2;
export const BLOCK_FRAMES = 4096; // 85 ms at 48 kHz: what the worklet hands over at once
export const PIECE_FRAMES = 700 * BLOCK_FRAMES; // about a minute

/** Silent pieces of all tracks but the DJ's have no file: the DJ's track is always written, and last, so it is the length. */
export const DJ = "dj";
export const MIX = "mix";

/** The file of a track's piece; pieces count from 0. */
export function pieceName(piece, track) {
  return `${String(piece).padStart(4, "0")}-${track}.pcm`;
}

/** {piece, track} of such a file; null for another. */
export function partsOf(name) {
  const found = /^(\d{4})-([a-z0-9-]+)\.pcm$/.exec(name);
  return found && { piece: Number(found[1]), track: found[2] };
}

/** The tracks of a desk with `lines` lines: the DJ, each line's caller, and the mix. */
export function tracksOf(lines) {
  const others = Array.from({ length: lines - 1 }, (_, index) => `air-${index + 2}`);
  return [DJ, "air", ...others, MIX];
}
