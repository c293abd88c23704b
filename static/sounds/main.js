/* The page Sounds: its form reads a file, shows it, cuts and levels it, plays it, and sends it to the app. */

import { isSureToDelete } from "../shared/delete-button.js";
import { levelled } from "./level.js";
import { decode, RATE, wavOf } from "./telephone.js";
import { upload, UploadError } from "./upload.js";
import { draw } from "./waveform.js";
import * as words from "./words.js";

const MOST_FILE_BYTES = 200_000_000;

const form = document.querySelector("[data-upload]");
const fields = form.elements;
const part = form.querySelector("[data-part]");
const canvas = form.querySelector("canvas");
const player = form.querySelector("audio");
const status = form.querySelector("[data-status]");
const problem = form.querySelector("[data-problem]");
const length = form.querySelector("[data-length]");

/** The file that was chosen: its samples, and which file it was. */
let samples = null;
let reading = 0;

form.hidden = false;
$(fields.file).on("change", () => read(fields.file.files[0]));
fields.kind.forEach((kind) => $(kind).on("change", showKind));
[fields.start, fields.end].forEach((slider) => $(slider).on("input", () => keepOrder(slider)));
$(form.querySelector("[data-listen]")).on("click", listen);
$(form).on("submit", (event) => {
  event.preventDefault();
  store();
});
for (const button of document.querySelectorAll("[data-question]")) {
  $(button).on("click", (press) => isSureToDelete(button, press) || press.preventDefault());
}
new ResizeObserver(showPart).observe(canvas);
showKind();

async function read(file) {
  reading += 1;
  const mine = reading;
  samples = null;
  part.hidden = true;
  say("", file ? words.READING : "");
  if (!file) {
    return;
  }
  if (file.size > MOST_FILE_BYTES) {
    say(words.FILE_TOO_LARGE);
    return;
  }
  let decoded = null;
  try {
    decoded = await decode(await file.arrayBuffer());
  } catch {
    // No browser says why.
  }
  if (mine !== reading) {
    return; // another file was chosen meanwhile
  }
  if (!decoded?.length) {
    say(words.CANNOT_DECODE);
    return;
  }
  samples = decoded;
  fields.name.value ||= file.name.replace(/\.[^.]*$/, "");
  showFile();
}

function showFile() {
  const seconds = samples.length / RATE;
  for (const slider of [fields.start, fields.end]) {
    slider.max = String(seconds);
  }
  fields.start.value = "0";
  fields.end.value = String(Math.min(seconds, mostSeconds()));
  player.pause();
  player.hidden = true;
  part.hidden = false;
  say("");
  showPart();
}

function keepOrder(moved) {
  if (Number(fields.start.value) > Number(fields.end.value)) {
    const other = moved === fields.start ? fields.end : fields.start;
    other.value = moved.value;
  }
  showPart();
}

function showPart() {
  if (!samples) {
    return;
  }
  const whole = samples.length / RATE;
  const [start, end] = [Number(fields.start.value), Number(fields.end.value)];
  length.textContent = words.partOf(start, end, whole);
  for (const slider of [fields.start, fields.end]) {
    slider.setAttribute("aria-valuetext", words.lengthOf(Number(slider.value)));
  }
  draw(canvas, samples, start / whole, end / whole);
}

function showKind() {
  form.querySelector("[data-greeting-only]").hidden = fields.kind.value !== "greeting";
}

function mostSeconds() {
  return Number(form.dataset[fields.kind.value === "greeting" ? "greetingSeconds" : "musicSeconds"]);
}

/* The chosen part as callers hear it, as bytes of a WAV file; null, and the page says why, if it cannot be used. */
async function made() {
  const chosen = samples.subarray(Math.round(fields.start.value * RATE), Math.round(fields.end.value * RATE));
  if (chosen.length > mostSeconds() * RATE) {
    say(words.tooLong(mostSeconds()));
    return null;
  }
  say("", words.LEVELLING);
  const loud = chosen.length ? await levelled(chosen) : null;
  say(loud ? "" : words.SILENT);
  return loud && wavOf(loud);
}

async function listen() {
  const bytes = await made();
  if (bytes) {
    URL.revokeObjectURL(player.src);
    player.src = URL.createObjectURL(new Blob([bytes], { type: "audio/wav" }));
    player.hidden = false;
    player.play().catch(() => {}); // its own button plays it
  }
}

async function store() {
  const name = fields.name.value.trim();
  if (!samples) {
    return; // the page already says why
  }
  if (!name) {
    say(words.NAME_MISSING);
    return;
  }
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const bytes = await made();
    if (bytes) {
      const about = { kind: fields.kind.value, name, says_notice: fields.says_notice.checked };
      await upload(bytes, about, Number(form.dataset.pieceBytes), (share) => say("", words.storing(share)));
      location.assign("/sounds?stored=1");
    }
  } catch (error) {
    if (!(error instanceof UploadError)) {
      throw error;
    }
    say(error.message);
  } finally {
    button.disabled = false;
  }
}

/* Shows a problem, or what is being done, or neither. */
function say(sentence, doing = "") {
  problem.textContent = sentence;
  problem.hidden = !sentence;
  status.textContent = doing;
}
