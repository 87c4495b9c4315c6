/** Colours over the picture, and a legend with each class's share; one class can be isolated. */

import { bars, slider } from "../controls.js";
import { el } from "../dom.js";
import { percent } from "../numbers.js";
import { stem, within } from "../picture.js";
import { classesOf } from "../runs.js";

const PIXELS = 1_500_000; // painted anew for every class that is pointed at

export default {
  owned: ["render", "shapes", "format"],

  async ask(view) {
    const told = await view.ask({ query: { shapes: "rle" }, accept: "application/json" });
    if (view.picture.shown) return [told];
    return [told, await view.ask({ query: { render: "overlay" }, accept: "image/png" })];
  },

  async show([{ json }, drawn], view) {
    const shares = [...json.classes].sort((one, other) => other.pixels - one.pixels);
    const rows = shares.map(({ label, fraction, color }) => ({
      name: label,
      value: percent(fraction),
      fraction,
      color,
    }));
    view.say(`The picture shows ${rows.map(({ name, value }) => `${name} ${value}`).join(", ")}`);
    const name = stem(view.picture);
    const downloads = el(
      "div",
      { class: "downloads" },
      view.save("mask", { render: "mask" }, "image/png", `${name}-classes.png`),
      view.save("overlay", { render: "overlay" }, "image/png", `${name}-overlay.png`),
      view.save("outlines", { shapes: "geojson" }, "application/geo+json", `${name}.geojson`),
    );
    if (drawn) {
      await view.stage.replace(drawn.blob, "Classes over your picture");
      return [bars(rows), downloads];
    }

    const painting = painted(json, view.stage);
    const buttons = bars(rows, {
      enter: (row) => point(shares[row].index),
      leave: () => point(null),
      press: (row, on) => {
        painting.isolate(on ? shares[row].index : null);
        view.say(on ? `Only ${rows[row].name} is lit` : "All classes are shown");
      },
    });

    function point(index) {
      painting.highlight(index);
      shares.forEach((share, row) =>
        buttons.children[row].firstChild.classList.toggle("shown", share.index === index),
      );
    }

    view.stage.follow(
      painting.canvas,
      (place) => point(place && painting.classAt(place)),
      (place) =>
        buttons.children[
          shares.findIndex(({ index }) => index === painting.classAt(place))
        ].firstChild.click(),
    );
    const exact =
      json.exact === false
        ? [
            el("p", {
              class: "hint",
              text: "Cut into tiles that are blended: not quite the answer to the whole picture.",
            }),
          ]
        : [];
    return [
      buttons,
      el("p", {
        class: "hint",
        text: "Point at a class, here or in the picture, to see it alone; click to keep it.",
      }),
      ...exact,
      slider("Opacity", 60, painting.fade),
      downloads,
    ];
  },
};

/** The layer of colours, painted for what is highlighted and isolated. */
function painted({ classes, shapes, width, height }, stage) {
  const all = classesOf(shapes, width, height);
  const [across, down] = within(width, height, PIXELS);
  const seen = new Uint8Array(across * down);
  for (let y = 0, at = 0; y < down; y++) {
    const row = Math.floor(((y + 0.5) * height) / down) * width;
    for (let x = 0; x < across; x++)
      seen[at++] = all[row + Math.floor(((x + 0.5) * width) / across)];
  }
  const canvas = stage.lay(
    el("canvas", {
      width: across,
      height: down,
      role: "img",
      "aria-label": "Classes over your picture",
    }),
  );
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(across, down);
  const words = new Uint32Array(image.data.buffer);
  const state = { highlighted: null, isolated: null, opacity: 0.6 };

  function paint() {
    const table = new Uint32Array(256);
    const bytes = new Uint8Array(table.buffer);
    const alone = state.highlighted ?? state.isolated;
    for (const { index, color } of classes) {
      const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
      if (alone === null) bytes.set([red, green, blue, 255 * state.opacity], index * 4);
      else if (index === alone)
        bytes.set([red, green, blue, 255 * Math.min(state.opacity, 0.35)], index * 4);
      else bytes.set([12, 14, 16, 200], index * 4);
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
