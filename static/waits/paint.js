/* The charts' colours and fillings, read from the page's styles, so that light, dark and large screens all fit. */

const TILE_PX = 8;

/* Each draws on a tile of 8 by 8 that repeats. The filling differs as well as the colour: nobody need tell colours apart. */
const TILES = {
  dots(pen) {
    pen.beginPath();
    pen.arc(2, 2, 1.6, 0, 2 * Math.PI);
    pen.arc(6, 6, 1.6, 0, 2 * Math.PI);
    pen.fill();
  },
  stripes(pen) {
    pen.lineWidth = 2.4;
    pen.beginPath();
    for (const shift of [-8, 0, 8]) {
      pen.moveTo(shift - 1, 9);
      pen.lineTo(shift + 9, -1);
    }
    pen.stroke();
  },
  bars(pen) {
    pen.fillRect(0, 0, 3, TILE_PX);
  },
  grid(pen) {
    pen.fillRect(0, 0, TILE_PX, 1.5);
    pen.fillRect(0, 0, 1.5, TILE_PX);
  },
  arrows(pen) {
    pen.lineWidth = 1.8;
    pen.beginPath();
    pen.moveTo(1, 0);
    pen.lineTo(5, 4);
    pen.lineTo(1, 8);
    pen.stroke();
  },
};

export class Paint {
  #root;
  #pen = document.createElement("canvas").getContext("2d");
  #fills = new Map();

  constructor(root) {
    this.#root = root;
    this.read();
  }

  /** Reads the page's styles again: the reader may have changed between light and dark. */
  read() {
    const style = getComputedStyle(this.#root);
    const value = (name) => style.getPropertyValue(`--${name}`).trim();
    this.#fills.clear();
    this.value = value;
    this.text = value("text");
    this.soft = value("soft");
    this.edge = value("edge");
    this.panel = value("panel");
    this.family = style.fontFamily;
    this.rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  /** A size in pixels that grows with the page's letters. */
  px(rems) {
    return Math.round(rems * this.rem);
  }

  font(weight = 400, rems = 0.875) {
    return `${weight} ${this.px(rems)}px ${this.family}`;
  }

  colour(name) {
    return this.value(`chart-${name}`);
  }

  /** What fills an area of this colour's name, in one of the looks: plain, hollow, or a tile. */
  fill(name, look) {
    if (!this.#fills.has(name)) {
      this.#fills.set(name, this.#made(this.colour(name), look));
    }
    return this.#fills.get(name);
  }

  #made(colour, look) {
    if (look === "plain") {
      return colour;
    }
    if (look === "hollow") {
      return this.panel;
    }
    const tile = document.createElement("canvas");
    tile.width = TILE_PX;
    tile.height = TILE_PX;
    const pen = tile.getContext("2d");
    pen.fillStyle = colour;
    pen.fillRect(0, 0, TILE_PX, TILE_PX);
    pen.fillStyle = this.panel;
    pen.strokeStyle = this.panel;
    TILES[look](pen);
    return this.#pen.createPattern(tile, "repeat");
  }
}

/** Calls `changed` when the reader changes between light and dark, or the width of the page does. */
export function watchLooks(changed) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  let timer = 0;
  window.addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(changed, 150);
  });
}
