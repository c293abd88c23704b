/* The recordings that this browser keeps: lists, reads and deletes them. */

import { callsIn, isEnded, marksIn, readJournal } from "./journal.js";
import { BYTES_PER_FRAME, DJ, FOLDER, JOURNAL, partsOf } from "./shape.js";
import { wavHeader } from "./wav.js";

const DAY_MS = 24 * 3600 * 1000;

async function recordingsFolder() {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** One recording, as its files are now. Times are in frames. */
class Recording {
  #pieces;

  constructor(id, header, events, pieces) {
    this.id = id;
    this.startedAt = header.started_at;
    this.rate = header.rate;
    this.pieceFrames = header.piece_frames;
    this.#pieces = pieces;
    const last = Math.max(...pieces.get(DJ).keys());
    this.frames = last * this.pieceFrames + framesOf(pieces.get(DJ).get(last));
    this.calls = callsIn(events, this.frames);
    this.marks = marksIn(events, this.frames);
    this.isEnded = isEnded(events);
    this.tracks = header.tracks.filter((track) => pieces.has(track)); // nobody was on the others
    this.bytes = [...pieces.values()].flatMap((files) => [...files.values()]).reduce((sum, { size }) => sum + size, 0);
  }

  get seconds() {
    return this.frames / this.rate;
  }

  /** A track from one frame to another, as a WAV file. Nothing is read before the file is. */
  wav(track, from = 0, to = this.frames) {
    const parts = [wavHeader(to - from, this.rate)];
    for (let piece = Math.floor(from / this.pieceFrames); piece * this.pieceFrames < to; piece += 1) {
      const begin = Math.max(0, from - piece * this.pieceFrames);
      const end = Math.min(this.pieceFrames, to - piece * this.pieceFrames);
      const file = this.#pieces.get(track)?.get(piece) ?? new Blob([]);
      const there = file.slice(begin * BYTES_PER_FRAME, end * BYTES_PER_FRAME);
      parts.push(there, silence((end - begin) * BYTES_PER_FRAME - there.size));
    }
    return new Blob(parts, { type: "audio/wav" });
  }
}

function framesOf(file) {
  return Math.floor(file.size / BYTES_PER_FRAME);
}

let zeros = new Blob([]);

/** A Blob of that many zero bytes, cut from one that is shared. */
function silence(bytes) {
  if (zeros.size < bytes) {
    zeros = new Blob([new Uint8Array(bytes)]);
  }
  return zeros.slice(0, bytes);
}

/** All recordings, the newest first. One that holds nothing, or nothing that can be read, is left out. */
export async function listRecordings() {
  const found = [];
  for await (const [id, folder] of (await recordingsFolder()).entries()) {
    const recording = await read(id, folder);
    if (recording?.frames) {
      found.push(recording);
    }
  }
  return found.sort((one, other) => other.startedAt - one.startedAt);
}

async function read(id, folder) {
  const pieces = new Map();
  let journal = "";
  for await (const [name, handle] of folder.entries()) {
    const parts = partsOf(name);
    if (name === JOURNAL) {
      journal = await (await handle.getFile()).text();
    } else if (parts) {
      pieces.set(parts.track, (pieces.get(parts.track) ?? new Map()).set(parts.piece, await handle.getFile()));
    }
  }
  const { header, events } = readJournal(journal);
  return header && pieces.has(DJ) ? new Recording(id, header, events, pieces) : null;
}

export async function deleteRecording(id) {
  await (await recordingsFolder()).removeEntry(id, { recursive: true });
}

/** Deletes what is older than so many days, also what cannot be read; 0 keeps everything. */
export async function deleteOlderThan(days, now) {
  if (days <= 0) {
    return;
  }
  const begun = new Map((await listRecordings()).map(({ id, startedAt }) => [id, startedAt]));
  const old = [];
  for await (const id of (await recordingsFolder()).keys()) {
    if (now - (begun.get(id) ?? beganAt(id)) > days * DAY_MS) {
      old.push(id);
    }
  }
  for (const id of old) {
    await deleteRecording(id).catch(() => {}); // it is in use: the next time
  }
}

/** The name of a recording's folder: to the millisecond, so that no two have the same. */
export function idOf(moment) {
  return moment.toISOString().replace("Z", "").replaceAll(/[:.]/g, "-");
}

/** When the recording of such a name began, in milliseconds since 1970; NaN for another name. */
function beganAt(id) {
  return Date.parse(id.replace(/T(\d\d)-(\d\d)-(\d\d)-(\d{3})$/, "T$1:$2:$3.$4Z"));
}
