/** Lines in the colours of their classes over the picture, and a legend that isolates one class. */

import { classLayer, NOTHING, rowsOf } from "../class-layer.js";
import { bars, slider } from "../controls.js";
import { el } from "../dom.js";
import { exactness } from "../exactness.js";
import { pixelsOf, stem } from "../picture.js";

export default {
  owned: ["render", "format"],

  async ask(view) {
    const told = await view.ask({ query: {}, accept: "application/json" });
    // With one class chosen the map is gray; the overlay then has its colours.
    const render = view.picture.shown && !told.question.query.class ? "mask" : "overlay";
    return [told, await view.ask({ query: { render }, accept: "image/png" })];
  },

  async show([{ json, question }, drawn], view) {
    const { width, height } = json;
    const classes = json.classes.map((one) => ({
      ...one,
      fraction: one.pixels / (width * height),
    }));
    const { rows } = rowsOf(classes);
    const told = rows.map(({ name, value }) => `${name} ${value}`).join(", ");
    view.say(`Boundaries: ${told || "none"}`);
    const name = stem(view.picture);
    const downloads = el(
      "div",
      { class: "downloads" },
      view.save("boundaries", { render: "mask" }, "image/png", `${name}-boundaries.png`),
      view.save("overlay", { render: "overlay" }, "image/png", `${name}-overlay.png`),
    );
    const none = "No boundary is that strong; a lower threshold, below Options, finds more.";
    const found = rows.length ? [] : [el("p", { text: none })];
    if (!view.picture.shown) {
      await view.stage.replace(drawn.blob, "Boundaries over your picture");
      return [...found, bars(rows), downloads];
    }
    if (question.query.class) {
      view.stage.lay(await layerOf(drawn.blob, view));
      return [...found, bars(rows), downloads];
    }
    const all = await valuesOf(drawn.blob, classes);
    const { legend, fade } = classLayer(classes, all, width, height, view, true);
    const strengths = el("ul", { class: "hint number" }, json.classes.map(strengthOf));
    return [
      ...found,
      legend,
      el("p", {
        class: "hint",
        text: "Shares of the picture's pixels. Point at a class to see its lines alone.",
      }),
      ...exactness(json),
      slider("Opacity", 100, fade),
      el("details", {}, el("summary", { text: "Mean strengths" }), strengths),
      downloads,
    ];
  },
};

const strengthOf = ({ label, strength }) => el("li", { text: `${label} ${strength.toFixed(2)}` });

async function layerOf(blob, { stage }) {
  const url = stage.lend(URL.createObjectURL(blob));
  return el("img", { src: url, alt: "Boundaries over your picture" });
}

/** The class of every pixel, by its colour in the map. */
async function valuesOf(blob, classes) {
  const { data } = await pixelsOf(blob);
  const indices = new Map(classes.map(({ index, color }) => [parseInt(color.slice(1), 16), index]));
  const values = new Uint8Array(data.length / 4);
  for (let at = 0; at < values.length; at++) {
    const color = (data[at * 4] << 16) | (data[at * 4 + 1] << 8) | data[at * 4 + 2];
    values[at] = indices.get(color) ?? NOTHING;
  }
  return values;
}
