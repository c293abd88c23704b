/* Writes a recording into the browser's own file system. A thread of its own, because only workers may write at once. */

import { BLOCK_FRAMES, BYTES_PER_FRAME, DJ, FOLDER, JOURNAL, PIECE_FRAMES, pieceName } from "./shape.js";

const FLUSH_EVERY = 12; // blocks: about a second
const encoder = new TextEncoder();

let folder;
let tracks;
let journal;
let frames;
let blocks;
let piece;
let handles = new Map();
let queue = Promise.resolve(); // opening a file takes a moment: what comes meanwhile waits

onmessage = ({ data }) => inOrder(() => (data.open ? open(data.open, data.port) : note(data.note)));

function inOrder(act) {
  queue = queue.then(act).catch((error) => postMessage({ failed: error.name }));
}

async function open({ id, ...header }, port) {
  ({ tracks } = header);
  [frames, blocks, piece] = [0, 0, -1]; // it may have written another one before
  const root = await navigator.storage.getDirectory();
  const recordings = await root.getDirectoryHandle(FOLDER, { create: true });
  folder = await recordings.getDirectoryHandle(id, { create: true });
  journal = await handleOf(JOURNAL);
  note(header);
  await nextPiece();
  port.onmessage = ({ data }) => inOrder(() => (data === "end" ? close() : write(data)));
  postMessage({ opened: true });
}

async function handleOf(name) {
  const file = await folder.getFileHandle(name, { create: true });
  return file.createSyncAccessHandle();
}

function note(line) {
  journal.write(encoder.encode(`${JSON.stringify(line)}\n`), { at: journal.getSize() });
  journal.flush();
}

async function nextPiece() {
  closePiece();
  piece += 1;
  handles.set(DJ, await handleOf(pieceName(piece, DJ)));
}

/** The DJ's track comes last: how long it is says how much of all tracks is there. */
async function write({ samples, frames: count }) {
  if (frames >= (piece + 1) * PIECE_FRAMES) {
    await nextPiece();
  }
  for (let track = tracks.length - 1; track >= 0; track -= 1) {
    const block = samples.subarray(track * BLOCK_FRAMES, track * BLOCK_FRAMES + count);
    if (handles.has(tracks[track]) || block.some((sample) => sample !== 0)) {
      await writeTrack(tracks[track], block);
    }
  }
  frames += count;
  blocks += 1;
  if (blocks % FLUSH_EVERY === 0) {
    handles.forEach((handle) => handle.flush());
    postMessage({ frames });
  }
}

async function writeTrack(track, block) {
  if (!handles.has(track)) {
    handles.set(track, await handleOf(pieceName(piece, track)));
  }
  handles.get(track).write(block, { at: (frames - piece * PIECE_FRAMES) * BYTES_PER_FRAME });
}

function closePiece() {
  for (const handle of handles.values()) {
    handle.flush();
    handle.close();
  }
  handles = new Map();
}

function close() {
  closePiece();
  note({ frame: frames, what: "end" });
  journal.close();
  postMessage({ closed: true });
}
