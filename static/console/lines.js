/* The other lines of the console: a phone for each, which connects when somebody is added to the air, and the mixer for all. */

import { deskPhone } from "../shared/desk-phone.js";
import { send } from "../shared/send.js";
import { NO_ANSWER } from "../shared/words.js";
import { Line } from "./line.js";
import { FIRST, Mixing } from "./mixing.js";
import { FULL, NO_LINE, NO_MICROPHONE, numberOf } from "./words.js";

const CONNECT_MS = 15000;
const AGAIN_MS = 4000; // before a line that dropped out is connected again
const REST_MS = 1500; // a doubled press would send the next caller away unheard
const IDLE_MS = 20000; // a line that nobody is on costs money

export class Lines {
  #root;
  #first;
  #air;
  #say;
  #changed;
  #mixing;
  #lines = new Map();
  #selected = FIRST;

  /**
   * `first` is the phone of the first line, `air` who is on the air there; `changed` is called after every change;
   * `wantedMicrophone()` returns the constraints for the microphone; `outputOf(name, isCued)` the id of
   * the loudspeaker for a line, "" for the main one.
   */
  constructor(root, { first, air, say, changed, wantedMicrophone, outputOf }) {
    this.#root = root;
    this.#first = first;
    this.#air = air;
    this.#say = say;
    this.#changed = changed;
    this.#mixing = new Mixing({ first, wantedMicrophone, outputOf });
    for (let number = 2; number <= Number(root.dataset.airLines); number += 1) {
      const line = new Line(`${FIRST}-${number}`);
      line.phone = this.#newPhone(line);
      this.#lines.set(line.name, line);
    }
  }

  get names() {
    return [...this.#lines.keys()];
  }

  /** [name, phone] of each of these lines. */
  get phones() {
    return [...this.#lines.values()].map(({ name, phone }) => [name, phone]);
  }

  /** Whether the page mixes: somebody is, or was a moment ago, on another line than the first, or it records. */
  get isMixing() {
    return this.#mixing.mixer !== null;
  }

  /** Whether another line than the first has a call up. */
  get isInUse() {
    return [...this.#lines.values()].some(({ phone }) => phone.isInCall);
  }

  /** Has the page mix from now on, with any number of callers; resolves to the mixer. Rejects when there is no microphone. */
  async keepMixing() {
    this.#mixing.isKept = true;
    await this.#mixing.open();
    this.#mix();
    return this.#mixing.mixer;
  }

  /** Has the page mix only while it must. */
  mixAsNeeded() {
    this.#mixing.isKept = false;
    this.#mix();
  }

  /** Whether somebody can be added to the air. */
  get canAdd() {
    return this.#isAtConsole && this.#air.call !== null && Boolean(this.#free);
  }

  /** The line that the large buttons are for: the first, unless another that is in use was chosen. */
  get selected() {
    return this.#selected !== FIRST && this.stateOf(this.#selected) ? this.#selected : FIRST;
  }

  /** Has the large buttons be for that line, if it is in use. */
  select(name) {
    if (name === FIRST || (this.#lines.has(name) && this.stateOf(name))) {
      this.#selected = name;
      this.#changed();
    }
  }

  /** The selected line, {number, hasCaller}; null for the first. */
  get other() {
    const name = this.selected;
    return name === FIRST ? null : { number: numberOf(name), hasCaller: this.onAir(name) !== "" };
  }

  /** The state of a line: "on", "cue", "coming", "calling" or "idle"; "" when it is not in use. */
  stateOf(name) {
    const { phone, desk, joining } = this.#lines.get(name);
    if (desk?.on_air) {
      return this.channel(name)?.isCued ? "cue" : "on";
    }
    if (desk?.claimed || joining) {
      return phone.isAnswered ? "coming" : "calling";
    }
    return phone.isInCall ? "idle" : "";
  }

  /** The CallSid of the caller that the line has or waits for. */
  callerOf(name) {
    const { desk, joining } = this.#lines.get(name);
    return desk?.on_air || desk?.claimed || joining?.call_sid || "";
  }

  /** The line's sound, or null while the page does not mix. */
  channel(name) {
    return this.#mixing.mixer?.channel(name) ?? null;
  }

  /** What the line said. */
  update(status) {
    for (const line of this.#lines.values()) {
      line.desk = status.desks.find((desk) => desk.name === line.name) ?? null;
    }
    this.follow();
  }

  /** Puts somebody on the air beside those that are there. */
  async add(call) {
    const line = this.#free;
    if (!line) {
      this.#say(FULL);
      return;
    }
    Object.assign(line, { joining: call, joinUntil: Date.now() + CONNECT_MS, isAsked: false });
    await this.#connect(line);
  }

  /** Whether a press for this line is to be taken for the second half of a doubled one. */
  isResting(name) {
    return Date.now() < this.#lines.get(name).restUntil;
  }

  /** next, take, hold or drop, for this line alone; `more` is what take needs. */
  async press(name, what, more = {}) {
    const line = this.#lines.get(name);
    line.restUntil = Date.now() + REST_MS;
    const { desk } = line;
    const answer = await send(`/desk/${what}`, { line: name, turn: desk.turn, on_air: desk.on_air, ...more });
    if (answer.result !== "done") {
      this.#say(answer.sentence || NO_ANSWER);
    }
  }

  /** Thanks every caller on these lines, and ends their calls. */
  async dropAll() {
    const busy = [...this.#lines.values()].filter(({ desk }) => desk?.on_air);
    await Promise.all(busy.map(({ name }) => this.press(name, "drop")));
  }

  /** The CallSid of the caller on the air on that line, or on any of these lines; "" for nobody. */
  onAir(name = "") {
    const found = [...this.#lines.values()].find((line) => line.desk?.on_air && (!name || line.name === name));
    return found?.desk.on_air ?? "";
  }

  /** Whether a line is being connected for that caller. */
  isAdding(callSid) {
    return [...this.#lines.values()].some(({ joining }) => joining?.call_sid === callSid);
  }

  /** The DJ hangs up on purpose: the callers are thanked, and not kept. */
  async hangUp() {
    const inUse = [...this.#lines.values()].filter(({ phone }) => phone.isInCall);
    await Promise.all(inUse.filter(({ desk }) => desk?.on_air).map(({ name }) => this.press(name, "hang-up")));
    for (const { phone } of inUse) {
      phone.hangUp();
    }
  }

  /** The microphone as the mixer has it; null while the page does not mix. */
  get microphone() {
    return this.#mixing.mixer?.microphone ?? null;
  }

  /** Another microphone is wanted, or the same one treated in another way. */
  async reopenMicrophone() {
    await this.#mixing.mixer?.open({ again: true });
  }

  /** Mutes the DJ on all lines; false while the page does not mix. */
  muteMicrophone(on) {
    this.#mixing.mixer?.muteMicrophone(on);
    return this.isMixing;
  }

  /** Applies faders, switches and loudspeakers. */
  apply() {
    this.#mix();
    this.#changed();
  }

  /** Follows phones and desks: connects, asks for the callers that are added, hangs up what is idle. */
  follow() {
    for (const line of this.#lines.values()) {
      this.#follow(line);
    }
    this.#mix();
  }

  get #isAtConsole() {
    return this.#air.whose === "mine" && this.#first.isAnswered;
  }

  get #free() {
    return [...this.#lines.values()].find(({ desk, joining }) => !joining && !desk?.on_air && !desk?.claimed && !desk?.pending);
  }

  #newPhone(line) {
    return deskPhone(this.#root, {
      tokenUrl: `${this.#root.dataset.tokenUrl}?extra=1`,
      stayRegistered: false,
      params: { line: line.name },
      microphone: async () => this.channel(line.name).stream(),
      muteInstead: () => true,
      changed: () => {
        this.follow();
        this.#changed();
      },
    });
  }

  #follow(line) {
    const { phone, desk } = line;
    if (line.joining && desk?.on_air === line.joining.call_sid) {
      line.joining = null;
    }
    const { joining } = line;
    const isOurs = phone.isAnswered && desk?.leg === phone.callSid;
    const isWanted = Boolean(joining || desk?.on_air || desk?.claimed || desk?.pending);
    if (joining && isOurs && !line.isAsked) {
      this.#ask(line);
    }
    if (joining && Date.now() > line.joinUntil) {
      line.joining = null;
      this.#say(NO_LINE);
    }
    const isLeft = isWanted && !phone.isInCall && this.#isAtConsole && (!desk?.leg || desk.leg_by === this.#air.desk.leg_by);
    if (isLeft && Date.now() - line.triedAt > AGAIN_MS) {
      this.#connect(line);
    }
    line.idleSince = isWanted || !phone.isInCall ? 0 : line.idleSince || Date.now();
    if (line.idleSince && Date.now() - line.idleSince > IDLE_MS) {
      phone.hangUp();
    }
  }

  async #connect(line) {
    Object.assign(line, { triedAt: Date.now(), idleSince: 0 });
    try {
      await this.#mixing.open();
    } catch {
      Object.assign(line, { joining: null });
      this.#say(NO_MICROPHONE);
      return;
    }
    line.phone.start();
    await line.phone.connect();
  }

  async #ask(line) {
    line.isAsked = true;
    const { name, joining, desk } = line;
    const answer = await send("/desk/take", { line: name, turn: desk.turn, on_air: "", call_sid: joining.call_sid });
    if (answer.result !== "done") {
      Object.assign(line, { joining: null });
      this.#say(answer.sentence || NO_ANSWER);
    }
  }

  #mix() {
    const others = [...this.#lines.values()];
    this.#mixing.follow([{ name: FIRST, phone: this.#first, desk: this.#air.desk }, ...others]);
  }

  /** Call it some four times a second. */
  tick() {
    this.#mixing.mixer?.tick();
    this.follow();
  }
}
