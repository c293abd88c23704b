/* The desks: the account at each, and the caller that it talks with. */

import { isExtraLine } from "../shared/air.js";
import { setHidden } from "../shared/text.js";
import { atDesk } from "./words.js";

/** [{who, where}] of the desks that somebody has, from the rows of the status. */
function desksInUse(desks, calls) {
  return desks.filter((desk) => desk.leg && !isExtraLine(desk.name)).map((desk) => {
    const isAir = desk.name === "air";
    const call = calls.find((one) => (isAir ? one.call_sid === desk.on_air : one.with === desk.name));
    return atDesk(desk, call);
  });
}

export class DeskList {
  #list;
  #shown = "";

  constructor(list) {
    this.#list = list;
  }

  show(desks, calls) {
    const places = desksInUse(desks, calls);
    const key = JSON.stringify(places);
    if (key !== this.#shown) {
      this.#shown = key;
      this.#list.replaceChildren(...places.map(itemOf));
      setHidden(this.#list, places.length === 0);
    }
  }
}

function itemOf({ who, where }) {
  const item = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = who;
  item.append(name, ` ${where}`);
  return item;
}
