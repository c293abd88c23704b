/* The charts' legends: words, each with a small picture in the very filling that the chart uses. */

const WIDTH_REMS = 1.5;
const HEIGHT_REMS = 1;

/** Fills a list with `entries`, [{word, draw(pen, width, height)}], drawn for this screen. */
export function showLegend(list, entries, paint) {
  list.replaceChildren(
    ...entries.map(({ word, draw }) => {
      const item = document.createElement("li");
      item.append(picture(draw, paint), word);
      return item;
    }),
  );
}

/** Draws a piece of a bar. */
export function swatch(paint, name, look) {
  return (pen, width, height) => {
    pen.fillStyle = paint.fill(name, look);
    pen.strokeStyle = paint.colour(name);
    pen.lineWidth = 1.5;
    pen.fillRect(1, 1, width - 2, height - 2);
    pen.strokeRect(1, 1, width - 2, height - 2);
  };
}

/** Draws a mark of the field of waits, as the chart does. */
export function dot(paint, { point, colour, isHollow }) {
  return (pen, width, height) => {
    pen.strokeStyle = paint.colour(colour);
    pen.fillStyle = isHollow ? paint.panel : paint.colour(colour);
    pen.lineWidth = 2;
    pen.beginPath();
    drawPoint(pen, { pointStyle: point, radius: height / 3.2, borderWidth: 2 }, width / 2, height / 2);
  };
}

function picture(draw, paint) {
  const [width, height] = [paint.px(WIDTH_REMS), paint.px(HEIGHT_REMS)];
  const canvas = document.createElement("canvas");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.setAttribute("aria-hidden", "true");
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  draw(pen, width, height);
  return canvas;
}
