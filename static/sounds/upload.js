/* Sends a file to the app in pieces, because a request to the app is small. */

import { tokenHeader } from "../shared/form-token.js";
import { NO_ANSWER } from "./words.js";

/** Why the app has not taken the sound: a sentence. */
export class UploadError extends Error {}

/** Sends the bytes of a sound. `about` has kind, name and says_notice; `onProgress` is called with 0 to 1. */
export async function upload(bytes, about, pieceBytes, onProgress) {
  const begun = await post("/sounds/begin", JSON.stringify({ ...about, size: bytes.length }), "application/json");
  const key = encodeURIComponent(begun.upload);
  for (let number = 0; number * pieceBytes < bytes.length; number += 1) {
    onProgress((number * pieceBytes) / bytes.length);
    const piece = bytes.subarray(number * pieceBytes, (number + 1) * pieceBytes);
    await post(`/sounds/piece?number=${number}&upload=${key}`, piece, "application/octet-stream");
  }
  onProgress(1);
  await post("/sounds/finish", JSON.stringify({ upload: begun.upload }), "application/json");
}

async function post(address, body, type) {
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { "Content-Type": type, ...tokenHeader() } });
  } catch {
    throw new UploadError(NO_ANSWER);
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new UploadError(found.error ?? NO_ANSWER);
  }
  return found;
}
