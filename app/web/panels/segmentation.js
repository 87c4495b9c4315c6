/** Colours over the picture, and a legend with each class's share; one class can be isolated. */

import { classLayer, rowsOf } from "../class-layer.js";
import { bars, slider } from "../controls.js";
import { el } from "../dom.js";
import { exactness } from "../exactness.js";
import { stem } from "../picture.js";
import { classesOf } from "../runs.js";

export default {
  owned: ["render", "shapes", "format"],

  async ask(view) {
    const told = await view.ask({ query: { shapes: "rle" }, accept: "application/json" });
    if (view.picture.shown) return [told];
    return [told, await view.ask({ query: { render: "overlay" }, accept: "image/png" })];
  },

  async show([{ json }, drawn], view) {
    const { rows } = rowsOf(json.classes);
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
    const { classes, shapes, width, height } = json;
    const all = classesOf(shapes, width, height);
    const { legend, fade } = classLayer(classes, all, width, height, view);
    return [
      legend,
      el("p", {
        class: "hint",
        text: "Point at a class, here or in the picture, to see it alone; click to keep it.",
      }),
      ...exactness(json),
      slider("Opacity", 60, fade),
      downloads,
    ];
  },
};
