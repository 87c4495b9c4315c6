/** A heat map of where people look, over the picture; its peak and box; and the cutout. */

import { facts, segments, slider } from "../controls.js";
import { el, svg } from "../dom.js";
import { heat } from "../heat.js";
import { percent } from "../numbers.js";
import { pixelsOf, stem, within } from "../picture.js";

const PIXELS = 2_000_000; // more than a screen shows

export default {
  owned: ["render", "format"],

  async ask(view) {
    const told = await view.ask({ query: {}, accept: "application/json" });
    // A picture that the browser can not show is shown as the service draws it.
    const render = view.picture.shown ? "map" : "overlay";
    return [told, await view.ask({ query: { render }, accept: "image/png" })];
  },

  async show([{ json }, drawn], view) {
    const { peak, box, coverage } = json;
    const controls = [];
    let [width, height] = [view.picture.width, view.picture.height];
    if (view.picture.shown) controls.push(...(await layers(drawn.blob, view)));
    else [width, height] = await view.stage.replace(drawn.blob, "Heat map over your picture");
    view.stage.lay(marks(peak, box, width, height));
    view.say(
      `People look first at ${peak.x}, ${peak.y}; ${percent(coverage)} of the picture is salient`,
    );
    const save = (render) =>
      view.save(render, { render }, "image/png", `${stem(view.picture)}-${render}.png`);
    return [
      ...controls,
      facts({
        "Looked at first": `${peak.x}, ${peak.y}`,
        "Saliency there": peak.score.toFixed(2),
        "At least half of it": `${percent(coverage)} of the picture`,
        "Box around that": `${box[0]}, ${box[1]} to ${box[2]}, ${box[3]}`,
      }),
      el("div", { class: "downloads" }, ["map", "overlay", "cutout"].map(save)),
    ];
  },
};

async function layers(map, { stage, picture }) {
  const [width, height] = within(picture.width, picture.height, PIXELS);
  const levels = await pixelsOf(map, width, height);
  const cut = await pixelsOf(picture.blob, width, height);
  for (let at = 0; at < cut.data.length; at += 4) cut.data[at + 3] *= levels.data[at] / 255;
  heat(levels);
  const [warm, cutout] = [levels, cut].map((image) => {
    const canvas = stage.lay(el("canvas", { width, height }));
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  });
  const opacity = slider("Opacity", 50, (value) => (warm.style.opacity = value / 100));
  const views = segments("View", ["Heat map", "Cutout"], (index) => {
    stage.base(index === 0);
    warm.hidden = opacity.hidden = index !== 0;
    cutout.hidden = index !== 1;
  });
  return [views, opacity];
}

function marks(peak, [left, top, right, bottom], width, height) {
  const unit = Math.max(width, height) / 100;
  const line = (color, thickness) => ({
    fill: "none",
    stroke: color,
    "stroke-width": thickness * unit,
  });
  const arm = 3.2 * unit;
  const cross = `M${peak.x - arm} ${peak.y}h${2 * arm}M${peak.x} ${peak.y - arm}v${2 * arm}`;
  const twice = (shape, given) => [
    svg(shape, { ...given, ...line("#000", 0.7) }),
    svg(shape, { ...given, ...line("#fff", 0.35) }),
  ];
  return svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      class: "peak",
      role: "img",
      "aria-label": `Peak at ${peak.x}, ${peak.y}`,
    },
    svg("rect", {
      x: left,
      y: top,
      width: right - left,
      height: bottom - top,
      "stroke-dasharray": `${unit} ${unit}`,
      ...line("#fff", 0.3),
    }),
    twice("circle", { cx: peak.x, cy: peak.y, r: 2 * unit }),
    twice("path", { d: cross }),
  );
}
