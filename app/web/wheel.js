/** The colour wheel of optical flow (Baker et al., IJCV 2011), as app/imaging/vectors.py has it. */

import { el } from "./dom.js";

// Steps from each of six hues to the next: red, yellow, green, cyan, blue, magenta.
const HUES = [
  [255, 0, 0],
  [255, 255, 0],
  [0, 255, 0],
  [0, 255, 255],
  [0, 0, 255],
  [255, 0, 255],
];
const STEPS = [15, 6, 4, 11, 13, 6];
const SIDE = 160;

const COLORS = STEPS.flatMap((steps, at) =>
  Array.from({ length: steps }, (_, step) =>
    HUES[at].map((level, channel) => {
      const next = HUES[(at + 1) % HUES.length][channel];
      return level + ((next - level) * step) / steps;
    }),
  ),
);

/** The colour of a vector, whose length is a share of the longest: levels of red, green, blue. */
export function colorOfVector(x, y) {
  const length = Math.min(1, Math.hypot(x, y));
  const place = ((Math.atan2(-y, -x) / Math.PI + 1) / 2) * (COLORS.length - 1);
  const before = Math.floor(place);
  const share = place - before;
  const after = COLORS[(before + 1) % COLORS.length];
  return COLORS[before].map((level, channel) => {
    const hue = level * (1 - share) + after[channel] * share;
    return 255 - length * (255 - hue);
  });
}

/** The wheel as a legend; its edge is the longest vector. */
export function wheelLegend(longest) {
  const label = { role: "img", "aria-label": "Colours of directions: right red, left cyan" };
  const canvas = el("canvas", { width: SIDE, height: SIDE, ...label });
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(SIDE, SIDE);
  for (let at = 0; at < SIDE * SIDE; at++) {
    const x = (2 * (at % SIDE)) / (SIDE - 1) - 1;
    const y = (2 * Math.floor(at / SIDE)) / (SIDE - 1) - 1;
    // The last pixel of the edge is half outside.
    const inside = Math.min(1, Math.max(0, ((1 - Math.hypot(x, y)) * SIDE) / 2));
    image.data.set([...colorOfVector(x, y), 255 * inside], at * 4);
  }
  pen.putImageData(image, 0, 0);
  const text = `Where a pixel goes: the direction is the colour, its edge is ${longest} pixels`;
  return el("div", { class: "wheel" }, canvas, el("p", { class: "hint", text }));
}
