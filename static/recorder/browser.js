/* What recording needs of the browser: files, threads, room on the disk, and that no other tab records. */

import { BYTES_PER_FRAME } from "./shape.js";

const LOCK = "callin.recorder";
const LEAST_BYTES = 100e6; // of room, to begin and to go on

/** What keeps this browser from recording at all, as a key of words.LACKS; "" for nothing. */
export function whatIsLacking() {
  if (!window.isSecureContext) {
    return "insecure";
  }
  const hasAll = navigator.storage?.getDirectory && navigator.locks && window.AudioWorkletNode && window.Worker;
  return hasAll ? "" : "storage";
}

/** How many bytes this browser may still store for the station. */
export async function roomLeft() {
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  return Math.max(0, quota - usage);
}

/** Whether there is room enough to begin and to go on. */
export async function hasRoom() {
  return (await roomLeft()) >= LEAST_BYTES;
}

/** How many seconds of the DJ, two callers and the mix fit into `bytes`. */
export function secondsIn(bytes, rate = 48000) {
  return bytes / (4 * BYTES_PER_FRAME * rate);
}

/**
 * Takes the browser's one recorder; resolves to a function that releases it, or to null if another tab has it.
 * That function resolves when no tab sees the recorder as taken any more.
 */
export function holdLock() {
  return new Promise((held) => {
    const released = navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (!lock) {
        held(null);
        return undefined;
      }
      return new Promise((release) => {
        held(() => {
          release();
          return released;
        });
      });
    });
  });
}

/** Whether some tab of this browser records now. */
export async function isAnyTabRecording() {
  const { held } = await navigator.locks.query();
  return held.some(({ name }) => name === LOCK);
}
