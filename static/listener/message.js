/* The part of the listener's page that takes a message: a voice note or a text, and never without a press of Send. */

import { clock } from "../shared/format.js";
import { saysNo } from "../shared/send.js";
import { setData, setHidden, setText } from "../shared/text.js";
import { WORDS } from "./language.js";
import { NoteRecorder } from "./note-recorder.js";

const PIECE_BYTES = 96_000; // as the app takes them

export class MessageForm {
  #part;
  #root;
  #about;
  #recorder = new NoteRecorder();
  #seconds = 60;
  #wav = null;
  #isSending = false;
  #isStarting = false;

  isOffered = false;

  /** `part(name)` finds a part of the page; `about()` is what the listener has typed about themselves. */
  constructor(part, about) {
    this.#part = part;
    this.#root = part("message");
    this.#about = about;
    $(part("record")).on("click", (event) => {
      if (event.detail > 1) {
        return; // the second click of two
      }
      if (this.#recorder.isOn) {
        this.#stop();
      } else {
        this.#start();
      }
    });
    $(part("discard")).on("click", () => {
      this.#forget();
      this.#say("discarded");
      part("record").focus();
    });
    $(part("send-note")).on("click", () => this.#send(() => this.#sendNote()));
    $(part("text-form")).on("submit", (event) => {
      event.preventDefault();
      this.#send(() => this.#sendText());
    });
  }

  /** Offers it if the station takes messages, of `seconds` at most, and the listener is not in a call. */
  offer(seconds, isInCall) {
    this.#seconds = seconds ?? this.#seconds;
    this.isOffered = !isInCall && seconds !== undefined;
    setHidden(this.#root, !this.isOffered);
    if (!this.isOffered) {
      this.#stop(); // a call needs the microphone; what was said is kept
    }
  }

  async #start() {
    if (this.#isStarting) {
      return; // the browser still asks for the microphone
    }
    this.#isStarting = true;
    this.#forget();
    try {
      await this.#recorder.start(this.#seconds, (level) => this.#heard(level), () => this.#stop());
      this.#say("recording");
    } catch (error) {
      this.#say(error.name in WORDS.message ? error.name : "failed");
    } finally {
      this.#isStarting = false;
    }
    this.#show();
  }

  async #stop() {
    if (!this.#recorder.isOn) {
      return;
    }
    try {
      const { wav } = await this.#recorder.stop();
      this.#wav = wav;
      this.#part("note-player").src = URL.createObjectURL(new Blob([wav], { type: "audio/wav" }));
      this.#say("recorded");
    } catch (error) {
      this.#say(error.name === "silent" ? "silent" : "failed");
    }
    this.#show();
  }

  async #send(work) {
    if (this.#isSending) {
      return;
    }
    this.#isSending = true;
    try {
      await work();
    } catch (error) {
      this.#say("no_answer", error.sentence);
    } finally {
      this.#isSending = false;
    }
  }

  async #sendNote() {
    const wav = this.#wav;
    if (!wav) {
      return;
    }
    this.#say("sending");
    const { messageUrl, noteUrl, pieceUrl } = this.#root.dataset;
    const { upload } = await post(noteUrl, JSON.stringify({ size: wav.length }));
    for (let number = 0; number * PIECE_BYTES < wav.length; number += 1) {
      const piece = wav.subarray(number * PIECE_BYTES, (number + 1) * PIECE_BYTES);
      await post(`${pieceUrl}?number=${number}&upload=${encodeURIComponent(upload)}`, piece, "application/octet-stream");
    }
    await post(messageUrl, JSON.stringify({ upload, ...this.#about() }));
    this.#forget();
    this.#say("sent");
    this.#part("record").focus();
  }

  async #sendText() {
    const field = this.#part("text-form").elements.text;
    if (!field.value.trim()) {
      this.#say("empty");
      field.focus();
      return;
    }
    this.#say("sending");
    await post(this.#root.dataset.messageUrl, JSON.stringify({ text: field.value, ...this.#about() }));
    field.value = "";
    this.#say("sent");
  }

  #forget() {
    const player = this.#part("note-player");
    if (player.src) {
      URL.revokeObjectURL(player.src);
      player.removeAttribute("src");
    }
    this.#wav = null;
    this.#show();
  }

  #show() {
    const { isOn } = this.#recorder;
    setData(this.#part("record"), "isOn", isOn ? "yes" : "no");
    setText(this.#part("record-word"), WORDS.record[isOn ? "stop" : this.#wav ? "again" : "start"]);
    setText(this.#part("note-limit"), clock(this.#seconds));
    setHidden(this.#part("note-time"), !isOn);
    setHidden(this.#part("note-meter"), !isOn);
    setHidden(this.#part("note-player"), !this.#wav);
    setHidden(this.#part("note-buttons"), !this.#wav);
  }

  #heard(level) {
    this.#part("note-meter").value = level;
    setText(this.#part("note-clock"), clock((Date.now() - this.#recorder.beganAt) / 1000));
  }

  #say(name, sentence = WORDS.message[name]) {
    setData(this.#part("message-said"), "said", name);
    setText(this.#part("message-said"), sentence);
  }
}

/** Resolves to what the app answers. Rejects with the app's own `sentence`, if it gave one. */
async function post(url, body, type = "application/json") {
  const answer = await fetch(url, { method: "POST", body, headers: { "Content-Type": type } });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw Object.assign(new Error("refused"), { sentence: saysNo(answer.status) ? found.error : undefined });
  }
  return found;
}
