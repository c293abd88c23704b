/* The microphone while no call has it: opened for the meter and for hearing oneself, and closed again. */

export class Microphone {
  stream = null;
  #attempt = 0;

  /** Opens it again, with these constraints; resolves to whether the browser allowed it. */
  async open(constraints) {
    this.close();
    const attempt = this.#attempt;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: constraints });
      if (attempt !== this.#attempt) {
        stop(stream);
        return true;
      }
      this.stream = stream;
      // The browser gives the names of devices from now on: the SDK lists them again.
      navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
      return true;
    } catch {
      return false;
    }
  }

  close() {
    this.#attempt += 1;
    stop(this.stream);
    this.stream = null;
  }
}

function stop(stream) {
  for (const track of stream?.getTracks() ?? []) {
    track.stop();
  }
}
