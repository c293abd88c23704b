/* Where the DJ hears a line's caller: on the main loudspeaker, or on one of the line's own. */

const AGAIN_MS = 2000; // before a loudspeaker that did not open is tried again

export class Output {
  #context;
  #source;
  #sink;
  #sinkId = "";
  #element = null;
  #againAt = Infinity;

  /** `source` is the AudioNode that is heard. */
  constructor(context, source) {
    this.#context = context;
    this.#source = source;
    this.#sink = context.destination;
    source.connect(this.#sink);
  }

  /** `sinkId` is a loudspeaker's id, "" for the main one, which is also used when that loudspeaker does not open. */
  async use(sinkId) {
    if (sinkId === this.#sinkId && Date.now() < this.#againAt) {
      return;
    }
    this.#sinkId = sinkId;
    this.#againAt = Infinity;
    if (!sinkId) {
      this.#lead(this.#context.destination, null);
      return;
    }
    const own = this.#context.createMediaStreamDestination();
    const element = new Audio();
    element.srcObject = own.stream;
    const isOpen = await opens(element, sinkId);
    if (sinkId === this.#sinkId) {
      this.#againAt = isOpen ? Infinity : Date.now() + AGAIN_MS;
      this.#lead(isOpen ? own : this.#context.destination, isOpen ? element : null);
    }
  }

  close() {
    this.#sinkId = "";
    this.#lead(this.#context.destination, null);
  }

  #lead(sink, element) {
    if (this.#element) {
      this.#element.srcObject = null;
    }
    this.#element = element;
    if (sink !== this.#sink) {
      this.#source.connect(sink);
      this.#source.disconnect(this.#sink);
      this.#sink = sink;
    }
  }
}

async function opens(element, sinkId) {
  try {
    await element.setSinkId(sinkId);
    await element.play();
    return true;
  } catch {
    return false;
  }
}
