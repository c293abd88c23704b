/* The recorder's panel: Record and Mark, the room that is left, and the recordings that this browser keeps. */

import { isSureToDelete } from "../shared/delete-button.js";
import { clock } from "../shared/format.js";
import { isOff, setAria, setData, setHidden, setOff, setText } from "../shared/text.js";
import { PHONE_WHY_NOT, RECORDED } from "../shared/words.js";
import { isAnyTabRecording, roomLeft, secondsIn, whatIsLacking } from "./browser.js";
import { Recorder } from "./recorder.js";
import { RecordingRows, rowOf } from "./rows.js";
import { deleteOlderThan, deleteRecording, listRecordings } from "./recordings.js";
import * as words from "./words.js";

const HOUR_MS = 3600 * 1000;

export class RecorderPanel {
  #root;
  #panel;
  #recorder;
  #days;
  #lacks = whatIsLacking();
  #isRecorded = false;
  #isSignedOut = false;
  #drawing = Promise.resolve();
  #rows;

  /** `phone` is the first line's, `lines` the others, with the mixer; `air` who is on the air; `say(sentence)` tells the DJ at once. */
  constructor(root, { phone, lines, air, say }) {
    this.#root = root;
    this.#panel = root.querySelector("[data-recorder-panel]");
    this.#days = Number(root.dataset.retentionDays);
    const files = { worklet: root.dataset.recorderWorklet, worker: root.dataset.recorderWorker };
    const changed = () => {
      this.#show();
      this.#list();
    };
    const sayBoth = (sentence) => {
      say(sentence);
      setText(this.#part("said"), sentence);
    };
    this.#recorder = new Recorder({ phone, lines, air, files, say: sayBoth, changed });
    this.#rows = new RecordingRows(this.#part("list"), this.#panel.querySelector("[data-recording-template]"));
    this.#bind();
    this.#show();
    setText(this.#part("kept"), words.keptFor(this.#days));
    this.#deleteOld().then(() => this.#openAtAddress());
    setInterval(() => this.#deleteOld(), HOUR_MS);
  }

  update(status) {
    this.#isRecorded = status.desks.some(({ recording }) => recording);
    this.#recorder.update(status);
    this.#showState();
  }

  /** Whether the session is over: nothing can begin, and what is being recorded goes on. */
  setSignedOut(isSignedOut) {
    this.#isSignedOut = isSignedOut;
    this.#show();
  }

  mark() {
    this.#recorder.mark();
  }

  /** Call it some four times a second. */
  tick() {
    this.#recorder.tick();
    setText(this.#sign("time"), this.#recorder.isOn ? clock(this.#recorder.seconds) : "");
    setText(this.#part("time"), this.#recorder.isOn ? clock(this.#recorder.seconds) : "");
  }

  #bind() {
    $(this.#part("toggle")).on("click", () => this.#press());
    $(this.#part("mark")).on("click", () => this.#recorder.mark());
    $(this.#part("list")).on("click", "[data-recording-press]", (press) => this.#pressRow(press.currentTarget, press));
    $(this.#panel).on("toggle", () => (this.#isOpen ? this.#listAtAddress() : this.#rows.clear()));
    window.addEventListener("hashchange", () => this.#openAtAddress());
  }

  #press() {
    if (isOff(this.#part("toggle"))) {
      setText(this.#part("said"), this.#isSignedOut ? PHONE_WHY_NOT.signedOut : (words.LACKS[this.#lacks] ?? ""));
    } else {
      this.#recorder.toggle();
    }
  }

  /** What is too old goes as soon as the page is opened, and while it stays open. */
  async #deleteOld() {
    if (!this.#lacks) {
      await deleteOlderThan(this.#days, Date.now()).catch(() => {
        this.#lacks = "storage"; // a private window gives no files
      });
    }
    this.#show();
    await this.#list();
  }

  #show() {
    const { state } = this.#recorder;
    this.#showState();
    setText(this.#part("toggle-word"), words.BUTTON_WORDS[state]);
    setAria(this.#part("toggle"), "pressed", state === "on");
    const isUnable = Boolean(this.#lacks) || (this.#isSignedOut && state === "off");
    setOff(this.#part("toggle"), isUnable || state === "starting" || state === "ending");
    setOff(this.#part("mark"), state !== "on");
    setText(this.#part("lacks"), words.LACKS[this.#lacks] ?? "");
    setHidden(this.#part("recordings"), Boolean(this.#lacks));
  }

  /** On the button that opens the panel: also that another browser, which has the desk, records. */
  #showState() {
    const { state } = this.#recorder;
    const isElsewhere = state === "off" && this.#isRecorded;
    setData(this.#root, "recording", isElsewhere ? "on" : state);
    setText(this.#sign("word"), isElsewhere ? RECORDED : words.STATE_WORDS[state]);
  }

  /** Opens the list at the recording that the page's address names. */
  #openAtAddress() {
    if (this.#isOpen) {
      this.#listAtAddress();
    } else if (words.idIn(location)) {
      this.#panel.showPopover();
    }
  }

  /** Draws the list, with the keyboard at the recording that the page's address names. */
  async #listAtAddress() {
    await this.#list();
    const id = words.idIn(location);
    if (id) {
      this.#panel.querySelector(`[data-id="${CSS.escape(id)}"] button`)?.focus();
      history.replaceState(null, "", location.pathname); // once: a panel that is opened by hand begins at its top
    }
  }

  /** Draws the list again, if it is open: one drawing after the other, so that the newest stays. */
  #list() {
    this.#drawing = this.#drawing.catch(() => {}).then(() => this.#draw());
    return this.#drawing;
  }

  async #draw() {
    if (!this.#isOpen || this.#lacks) {
      return;
    }
    const [recordings, isAnyLive, bytes, isKept] = await Promise.all([listRecordings(), isAnyTabRecording(), roomLeft(), navigator.storage.persisted?.()]);
    setText(this.#part("room"), words.room(bytes, secondsIn(bytes)));
    setText(this.#part("not-kept"), recordings.length && isKept === false ? words.NOT_KEPT : "");
    setHidden(this.#part("empty"), recordings.length > 0);
    this.#rows.show(recordings, this.#recorder.id || (isAnyLive ? recordings.find(({ isEnded }) => !isEnded)?.id : ""));
  }

  #pressRow(button, press) {
    const row = rowOf(button);
    if (button.dataset.recordingPress === "play") {
      this.#rows.play(row, 0);
    } else if (isSureToDelete(button, press)) {
      this.#delete(row.dataset.id);
    }
  }

  async #delete(id) {
    await deleteRecording(id);
    await this.#list();
    setText(this.#part("deleted"), words.DELETED);
    this.#part("toggle").focus();
  }

  get #isOpen() {
    return this.#panel.matches(":popover-open");
  }

  #part(name) {
    return this.#panel.querySelector(`[data-recorder="${name}"]`);
  }

  #sign(name) {
    return this.#root.querySelector(`[data-record-sign="${name}"]`);
  }
}
