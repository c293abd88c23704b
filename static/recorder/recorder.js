/* Records what goes on the air: a track for each person, and the mix, from Record until Stop. */

import { WHY_NOT } from "../desk/words.js";
import { later } from "../shared/later.js";
import { sharedAudioContext } from "../shared/sdk.js";
import { send } from "../shared/send.js";
import { hasRoom, holdLock, whatIsLacking } from "./browser.js";
import { callersOnAir, changesBetween } from "./callers.js";
import { deleteRecording, idOf } from "./recordings.js";
import { PIECE_FRAMES, tracksOf } from "./shape.js";
import { Threads } from "./threads.js";
import { MOST_FRAMES } from "./wav.js";
import * as words from "./words.js";

const LOOK_FOR_ROOM_MS = 5000;
const ANNOUNCE_AGAIN_MS = 3000;
const HUNG_UP_MS = 2000; // a call that is renewed is up again by then
const LEFT_MS = 60000; // a call that drops out comes back within this, or the desk was left
const CLOSED_MS = 5000;
const WORKER_ENDS_MS = 200;
const SILENT_MS = 5000; // the worklet sends twelve blocks a second
const BEEP_HZ = 1400; // the tone that says a call is recorded: 47 CFR 64.501
const BEEP_SECONDS = 0.25;
const BEEPS_AFTER = [0, 0.5];

export class Recorder {
  #lines;
  #phone;
  #air;
  #threads;
  #hooks;
  #tracks;
  #session = null;
  #calls = new Map(); // who is on the air, by line: {callSid, who}
  /** "off", "starting", "on" or "ending". */
  state = "off";

  /**
   * `lines` have the mixer, `phone` is the first line's, `air` who is on the air there; `files` are the addresses of {worklet, worker};
   * hooks: say(sentence); changed(), when a recording began or ended.
   */
  constructor({ lines, phone, air, files, ...hooks }) {
    this.#lines = lines;
    this.#phone = phone;
    this.#air = air;
    this.#threads = new Threads(files);
    this.#hooks = hooks;
    this.#tracks = tracksOf(lines.names.length + 1);
  }

  get isOn() {
    return this.state === "on";
  }

  /** The recording's id, "" while there is none. */
  get id() {
    return this.#session?.id ?? "";
  }

  get seconds() {
    return this.#session && this.isOn ? this.#frame / this.#session.context.sampleRate : 0;
  }

  /** Begins to record, or ends. */
  async toggle() {
    if (this.isOn) {
      await this.stop("pressed");
    } else if (this.state === "off") {
      await this.#start();
    }
  }

  /** Remembers this moment. */
  mark() {
    if (!this.isOn) {
      this.#hooks.say(words.NOT_RECORDING);
      return;
    }
    this.#session.marks += 1;
    this.#note({ what: "mark" });
    this.#hooks.say(words.marked(this.#session.marks, this.seconds));
  }

  /** What the line said: each caller that goes on the air or leaves it is noted. */
  update(status) {
    const now = callersOnAir(status, this.#tracks);
    if (this.isOn) {
      this.#noteChanges(this.#calls, now);
    }
    this.#calls = now;
  }

  /** Call it some four times a second. */
  tick() {
    this.#threads.load(sharedAudioContext());
    const session = this.#session;
    if (!this.isOn) {
      return;
    }
    const now = Date.now();
    session.connectedAt = this.#phone.isInCall ? now : session.connectedAt;
    if (now - session.connectedAt > (this.#phone.ended === "here" ? HUNG_UP_MS : LEFT_MS)) {
      this.stop("left");
    } else if (now - session.heardAt > SILENT_MS) {
      this.stop("silent");
    } else if (this.#frame > MOST_FRAMES - 60 * session.context.sampleRate) {
      this.stop("long");
    } else {
      this.#announceAgain(now);
      this.#lookForRoom(now);
    }
  }

  /** Ends the recording and saves it; `why` is a key of words.ENDED. */
  async stop(why) {
    const session = this.#session;
    if (!this.isOn) {
      return;
    }
    this.#setState("ending");
    this.#noteChanges(this.#calls, new Map());
    session.node.port.postMessage("stop");
    await Promise.race([session.closed, later(CLOSED_MS)]);
    await this.#end();
    await send("/desk/recording", { leg: this.#phone.callSid, on: false });
    this.#hooks.say(words.ENDED[why]);
  }

  async #start() {
    const refusal = await this.#whyNot();
    if (refusal) {
      this.#hooks.say(refusal);
      return;
    }
    this.#setState("starting");
    const release = await holdLock();
    if (!release) {
      this.#setState("off");
      this.#hooks.say(words.ELSEWHERE);
      return;
    }
    const session = { release, id: idOf(new Date()), marks: 0 };
    this.#session = session;
    try {
      await this.#open(session);
    } catch {
      await this.#giveUp(words.NOT_STARTED);
      return;
    }
    const answer = await send("/desk/recording", { leg: this.#phone.callSid, on: true });
    if (answer.result !== "done") {
      await this.#giveUp(answer.sentence || words.NOT_STARTED); // nobody is recorded without being told
      return;
    }
    await this.#run(session);
  }

  async #whyNot() {
    const lacks = whatIsLacking();
    if (lacks) {
      return words.LACKS[lacks];
    }
    if (!this.#phone.isAnswered || this.#air.whose !== "mine") {
      return this.#air.isByPhone ? words.BY_PHONE : WHY_NOT.notConnected;
    }
    return (await hasRoom()) ? "" : words.NO_SPACE;
  }

  /** Opens the file and the mixer: nothing is recorded yet. */
  async #open(session) {
    navigator.storage.persist?.().catch(() => {}); // if it agrees, it does not delete recordings for want of room
    session.mixer = await this.#lines.keepMixing();
    session.context = session.mixer.context;
    const node = await this.#threads.node(session.context, this.#tracks.length);
    Object.assign(session, { node, worker: this.#threads.takeWorker(), channel: new MessageChannel() });
    const header = { version: 1, started_at: Date.now(), rate: session.context.sampleRate, tracks: this.#tracks, piece_frames: PIECE_FRAMES };
    const { port2: port } = session.channel;
    session.worker.postMessage({ open: { id: session.id, ...header }, port }, [port]);
    await this.#listen(session);
  }

  /** Follows the worker. Resolves once it can write, and rejects if it cannot. */
  #listen(session) {
    return new Promise((opened, refused) => {
      session.closed = new Promise((closed) => {
        session.worker.onmessage = ({ data }) => {
          session.heardAt = Date.now();
          if (data.opened) {
            opened();
          } else if (data.failed) {
            refused(new Error(data.failed));
            this.#failed(data.failed, closed);
          } else if (data.closed) {
            session.hasClosed = true;
            closed();
          }
        };
        session.worker.onerror = () => {
          refused(new Error("worker"));
          closed();
        };
      });
    });
  }

  async #run(session) {
    const { node, channel, mixer } = session;
    const begun = new Promise((first) => {
      node.port.onmessage = ({ data }) => first(data.firstFrame);
    });
    session.untap = mixer.tap(node, this.#tracks);
    node.port.postMessage({ port: channel.port1 }, [channel.port1]);
    const firstFrame = await begun;
    Object.assign(session, { firstFrame, heardAt: Date.now(), connectedAt: Date.now(), roomAt: Date.now(), announcedAt: Date.now() });
    this.#setState("on");
    this.#noteChanges(new Map(), this.#calls);
    const isOnAir = this.#calls.size > 0;
    if (isOnAir) {
      BEEPS_AFTER.forEach((after) => mixer.beep(BEEP_HZ, BEEP_SECONDS, after));
    }
    this.#hooks.say(isOnAir ? words.BEGUN_ON_AIR : words.BEGUN);
  }

  /** The recording is over, and its file closed. */
  async #end() {
    const { untap, worker, hasClosed = false, release } = this.#session;
    untap();
    this.#threads.giveBack(worker, { hasClosed });
    this.#lines.mixAsNeeded();
    await release();
    this.#session = null;
    this.#setState("off");
  }

  async #giveUp(sentence) {
    const { node, worker, release, id } = this.#session;
    node?.port.postMessage("stop");
    if (worker) {
      this.#threads.giveBack(worker, { hasClosed: false });
    }
    this.#lines.mixAsNeeded();
    await later(WORKER_ENDS_MS); // until then its files are locked
    await deleteRecording(id).catch(() => {}); // perhaps it was not even made
    await release();
    this.#session = null;
    this.#setState("off");
    this.#hooks.say(sentence);
  }

  #failed(name, closed) {
    if (this.state === "ending") {
      closed();
    } else if (this.isOn) {
      this.stop(name === "QuotaExceededError" ? "full" : "failed");
    }
  }

  /** Tells the server again: it takes a page that reconnects for one that does not record. */
  async #announceAgain(now) {
    const session = this.#session;
    const isUnsaid = this.#phone.isAnswered && this.#air.whose === "mine" && !this.#air.desk.recording;
    if (isUnsaid && now - session.announcedAt > ANNOUNCE_AGAIN_MS) {
      session.announcedAt = now;
      await send("/desk/recording", { leg: this.#phone.callSid, on: true });
    }
  }

  async #lookForRoom(now) {
    const session = this.#session;
    if (now - session.roomAt > LOOK_FOR_ROOM_MS) {
      session.roomAt = now;
      if (!(await hasRoom())) {
        this.stop("full");
      }
    }
  }

  #noteChanges(before, now) {
    for (const change of changesBetween(before, now)) {
      this.#note(change);
    }
  }

  #note(event) {
    this.#session.worker.postMessage({ note: { frame: this.#frame, at: Date.now(), ...event } });
  }

  /** How many frames have been recorded until now. */
  get #frame() {
    const { context, firstFrame } = this.#session;
    return Math.max(0, Math.round(context.currentTime * context.sampleRate) - firstFrame);
  }

  #setState(state) {
    this.state = state;
    this.#hooks.changed();
  }
}
