/** Classes in their colours over the picture, and the legend in which one is pointed at or kept. */

import { bars } from "./controls.js";
import { el } from "./dom.js";
import { percent } from "./numbers.js";
import { within } from "./picture.js";

const PIXELS = 1_500_000; // painted anew for every class that is pointed at

export const NOTHING = 255; // of pixels between lines; no class of lines has this index
const DIMMED = [12, 14, 16, 200]; // what is not pointed at
const AROUND = [12, 14, 16, 120]; // what has no class

/** Classes as the rows of `bars`, and the same order of the classes. */
export function rowsOf(classes) {
  const shares = [...classes].sort((one, other) => other.pixels - one.pixels);
  const rows = shares.map(({ label, fraction, color }) => ({
    name: label,
    value: percent(fraction),
    fraction,
    color,
  }));
  return { shares, rows };
}

/**
 * Lay the classes over the picture.
 * @param {{index, label, pixels, fraction, color}[]} classes
 * @param {Uint8Array} all the class of every pixel, row by row, or `NOTHING`
 * @param {{stage, say}} view
 * @param {boolean} lines whether they are thin, with the picture between them
 * @returns {{legend: Element, fade: (percent: number) => void}} the legend, in which and in the
 *   picture a class is lit while it is pointed at, and kept by a click
 */
export function classLayer(classes, all, width, height, { stage, say }, lines = false) {
  const { shares, rows } = rowsOf(classes);
  const painting = painted(classes, all, width, height, stage, lines);
  const legend = bars(rows, {
    enter: (row) => point(shares[row].index),
    leave: () => point(null),
    press: (row, on) => {
      painting.isolate(on ? shares[row].index : null);
      say(on ? `Only ${rows[row].name} is lit` : "All classes are shown");
    },
  });
  const rowOf = (index) => shares.findIndex((share) => share.index === index);

  function point(index) {
    painting.highlight(rowOf(index) < 0 ? null : index);
    shares.forEach((share, row) =>
      legend.children[row].firstChild.classList.toggle("shown", share.index === index),
    );
  }

  stage.follow(
    painting.canvas,
    (place) => point(place && painting.classAt(place)),
    (place) => legend.children[rowOf(painting.classAt(place))]?.firstChild.click(),
  );
  return { legend, fade: painting.fade };
}

/** The layer of colours, painted for what is highlighted and isolated. */
function painted(classes, all, width, height, stage, lines) {
  const [across, down] = within(width, height, PIXELS);
  const seen = new Uint8Array(across * down);
  for (let y = 0, at = 0; y < down; y++) {
    const row = Math.floor(((y + 0.5) * height) / down) * width;
    for (let x = 0; x < across; x++)
      seen[at++] = all[row + Math.floor(((x + 0.5) * width) / across)];
  }
  const label = { role: "img", "aria-label": "Classes over your picture" };
  const canvas = stage.lay(el("canvas", { width: across, height: down, ...label }));
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(across, down);
  const words = new Uint32Array(image.data.buffer);
  const state = { highlighted: null, isolated: null, opacity: 0.6 };

  function paint() {
    const table = new Uint32Array(256);
    const bytes = new Uint8Array(table.buffer);
    const alone = state.highlighted ?? state.isolated;
    if (lines) bytes.set(AROUND, NOTHING * 4);
    for (const { index, color } of classes) {
      const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
      const most = lines ? 1 : 0.35; // what lies under an area shall be seen
      if (alone === null) bytes.set([red, green, blue, 255 * state.opacity], index * 4);
      else if (index === alone)
        bytes.set([red, green, blue, 255 * Math.min(state.opacity, most)], index * 4);
      else bytes.set(lines ? AROUND : DIMMED, index * 4);
    }
    for (let at = 0; at < words.length; at++) words[at] = table[seen[at]];
    pen.putImageData(image, 0, 0);
  }

  function set(change) {
    if (Object.entries(change).every(([name, value]) => state[name] === value)) return;
    Object.assign(state, change);
    paint();
  }

  paint();
  return {
    canvas,
    classAt: ([x, y]) =>
      all[
        Math.min(height - 1, Math.max(0, Math.floor(y * height))) * width +
          Math.min(width - 1, Math.max(0, Math.floor(x * width)))
      ],
    highlight: (index) => set({ highlighted: index }),
    isolate: (index) => set({ isolated: index }),
    fade: (value) => set({ opacity: value / 100 }),
  };
}
