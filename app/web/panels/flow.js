/** Where pixels go: in the colours of a wheel, as arrows, and both pictures one over the other. */

import { facts, segments, slider } from "../controls.js";
import { el } from "../dom.js";
import { percent } from "../numbers.js";
import { stem } from "../picture.js";
import { wheelLegend } from "../wheel.js";

const VIEWS = ["Wheel", "Arrows", "Both pictures"];
const [WHEEL, ARROWS, BOTH] = VIEWS.keys();

export default {
  owned: ["render", "format"],

  async ask(view) {
    const told = await view.ask({ query: {}, accept: "application/json" });
    return [told, await view.ask({ query: { render: "wheel" }, accept: "image/png" })];
  },

  async show([{ json }, drawn], view) {
    const { stage } = view;
    if (!view.picture.shown) await stage.replace(drawn.blob, "The motion in colours");
    const layer = (blob, alt) =>
      stage.lay(el("img", { src: stage.lend(URL.createObjectURL(blob)), alt }));
    const wheel = layer(drawn.blob, "The motion in colours");
    const next = layer(view.further.next.blob, "The next picture");
    const arrows = stage.lay(el("img", { alt: "The motion as arrows", hidden: true }));
    const legend = wheelLegend(json.max.toFixed(1));
    const opacity = slider("Opacity", 85, (value) => (wheel.style.opacity = value / 100));
    const between = slider("From first to next", 50, (value) => {
      next.style.opacity = value / 100;
    });
    let asked = null;

    async function fetchArrows() {
      asked ??= view.ask({ query: { render: "arrows" }, accept: "image/png" });
      try {
        const { blob } = await asked;
        if (!arrows.src) arrows.src = stage.lend(URL.createObjectURL(blob));
      } catch (error) {
        asked = null;
        view.fail(error);
      }
    }

    const possible = view.picture.shown ? VIEWS : VIEWS.slice(0, BOTH);
    const views = segments("View", possible, (form) => {
      wheel.hidden = opacity.hidden = form !== WHEEL;
      arrows.hidden = form !== ARROWS;
      next.hidden = between.hidden = form !== BOTH;
      legend.hidden = form === BOTH;
      if (form === ARROWS) fetchArrows();
    });
    view.say(
      `Pixels move by ${json.mean.toFixed(1)} on average, by ${json.max.toFixed(1)} at most`,
    );
    const name = stem(view.picture);
    const pixels = (value) => `${value.toFixed(2)} pixels`;
    return [
      views,
      opacity,
      between,
      legend,
      facts({
        Mean: pixels(json.mean),
        Median: pixels(json.median),
        Longest: pixels(json.max),
        "Moves by more than one": `${percent(json.moving)} of the pixels`,
      }),
      el(
        "div",
        { class: "downloads" },
        view.save("wheel", { render: "wheel" }, "image/png", `${name}-wheel.png`),
        view.save("arrows", { render: "arrows" }, "image/png", `${name}-arrows.png`),
        view.save("KITTI", { render: "flow" }, "image/png", `${name}-flow.png`),
        view.save("FLO", { format: "flo" }, "application/octet-stream", `${name}.flo`),
      ),
    ];
  },
};
