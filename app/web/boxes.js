/** Boxes over the picture, with what they hold; one can be lit while something points at it. */

import { svg } from "./dom.js";

// Okabe and Ito, as app/imaging/palette.py has them for classes without colours of their own.
const COLORS = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"];

/** The colour of a class: the card's, else one that differs from its neighbours'. */
export function colorOf(index, palette) {
  const own = palette?.[index];
  if (!own) return COLORS[index % COLORS.length];
  return `#${own.map((level) => level.toString(16).padStart(2, "0")).join("")}`;
}

const WIDE = 2.5; // of a box's width that its caption may be wide; else it is the score alone
const LETTER = 0.55; // width of a letter, of its height

/**
 * @param {{box: number[], label: string?, score: number?, color: string?}[]} found boxes are left,
 *   top, right, bottom
 * @returns {{element: Element, light: (index: number|null) => void,
 *   only: (kept: (one: object) => boolean) => void}} `light` leaves one lit, with its whole caption
 */
export function boxes(found, { width, height }) {
  const side = Math.max(width, height);
  const size = side / 40;
  const captions = found.map(({ box, label = "", score }) => {
    if (score === undefined) return [label, label];
    const whole = `${label} ${score.toFixed(2)}`;
    const fits = whole.length * LETTER * size <= WIDE * (box[2] - box[0]);
    return [fits ? whole : score.toFixed(2), whole];
  });
  const groups = found.map(({ box, color = "#fff" }, index) => {
    const [left, top, right, bottom] = box;
    const line = { x: left, y: top, width: right - left, height: bottom - top, fill: "none" };
    const above = top >= size * 1.3;
    return svg(
      "g",
      {},
      svg("rect", { ...line, stroke: "#000", "stroke-width": side / 130 }),
      svg("rect", { ...line, stroke: color, "stroke-width": side / 230 }),
      svg("text", {
        x: left,
        y: above ? top - size / 3 : top + size,
        "font-size": size,
        "font-weight": 600,
        fill: "#fff",
        stroke: "#000",
        "stroke-width": size / 5,
        "stroke-linejoin": "round",
        "paint-order": "stroke",
        text: captions[index][0],
      }),
    );
  });
  const element = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, groups);
  const only = (kept) => {
    let count = 0;
    found.forEach((one, index) => {
      const shown = kept(one);
      groups[index].setAttribute("display", shown ? "inline" : "none");
      count += shown;
    });
    element.setAttribute("aria-label", `${count} boxes over your picture`);
  };
  only(() => true);
  return {
    element,
    only,
    light: (lit) =>
      groups.forEach((group, index) => {
        group.setAttribute("opacity", lit === null || lit === index ? 1 : 0.15);
        group.lastChild.textContent = captions[index][lit === index ? 1 : 0];
      }),
  };
}
