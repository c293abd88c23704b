/* Which loudspeaker each line comes out on, and cue: the one that was chosen for it while that is there, else the main one. */

import { UNUSED_MS } from "./devices.js";

export const CUE = "cue";

export class Outputs {
  #devices;
  #hooks;
  #wasThere = new Map();
  #lostAt = new Map();
  /** {id, label} of what was chosen, by the names of the lines and CUE; those that follow the main loudspeaker are left out. */
  chosen;

  /** `devices` are the Devices of the page; hooks: lost(name, label) and back(name, label), for a loudspeaker that was chosen. */
  constructor(chosen, devices, hooks) {
    this.chosen = chosen;
    this.#devices = devices;
    this.#hooks = hooks;
  }

  /** The loudspeaker that was chosen for `name`, if it is plugged in. */
  found(name) {
    return this.#isResting(name) ? null : this.#devices.output.find(this.chosen[name]);
  }

  /** The id of the loudspeaker for a line, as `setSinkId` wants it; "" for the main one. */
  sinkOf(name, isCued = false) {
    const cue = isCued ? this.found(CUE) : null;
    return (cue ?? this.found(name))?.deviceId ?? "";
  }

  /** `device` is {id, label}, or null to follow the main loudspeaker. */
  choose(name, device) {
    this.chosen = { ...this.chosen };
    if (device) {
      this.chosen[name] = device;
    } else {
      delete this.chosen[name];
    }
    this.#wasThere.delete(name);
    this.devicesChanged();
  }

  /** Loudspeakers were plugged in or out. */
  devicesChanged() {
    for (const [name, { label }] of Object.entries(this.chosen)) {
      const isThere = Boolean(this.found(name));
      const wasThere = this.#wasThere.get(name);
      if (isThere || wasThere !== undefined || this.#devices.output.list.length) {
        this.#wasThere.set(name, isThere);
      }
      if (wasThere === true && !isThere) {
        this.#lostAt.set(name, Date.now());
        this.#hooks.lost(name, label);
        setTimeout(() => this.devicesChanged(), UNUSED_MS);
      } else if (wasThere === false && isThere) {
        this.#hooks.back(name, label);
      }
    }
  }

  #isResting(name) {
    return Date.now() < (this.#lostAt.get(name) ?? 0) + UNUSED_MS;
  }
}
