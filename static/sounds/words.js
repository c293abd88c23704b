/* What the page Sounds says by itself. */

export const NO_ANSWER = "The sound was not stored, because the app did not answer. Try again.";
export const CANNOT_DECODE = "This browser cannot play the file. Choose an MP3, WAV, Ogg, Opus, AAC or FLAC file.";
export const FILE_TOO_LARGE = "The file is too large. Choose one of at most 200 MB.";
export const SILENT = "There is nothing to hear in this part. Choose another one.";
export const NAME_MISSING = "Give the sound a name.";
export const READING = "Reading the file…";
export const LEVELLING = "Levelling…";

export function storing(share) {
  return `Storing, ${Math.round(share * 100)} %…`;
}

export function tooLong(most) {
  return `This part is too long. It may last at most ${lengthOf(most)}.`;
}

export function partOf(start, end, whole) {
  return `From ${lengthOf(start)} to ${lengthOf(end)}: ${lengthOf(end - start)} of ${lengthOf(whole)}.`;
}

/** Seconds as minutes and seconds: "3:05.2". */
export function lengthOf(seconds) {
  const tenths = Math.round(seconds * 10);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
}
