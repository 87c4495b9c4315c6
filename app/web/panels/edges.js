/** Strengths as a map, thin, or in colours over the picture, from a threshold on. */

import { facts, segments, slider } from "../controls.js";
import { el } from "../dom.js";
import { exactness } from "../exactness.js";
import { heat } from "../heat.js";
import { percent } from "../numbers.js";
import { pixelsOf, stem, within } from "../picture.js";

const PIXELS = 2_000_000; // more than a screen shows
const VIEWS = ["Over the picture", "Map", "Thin"];
const [OVER, , THIN] = VIEWS.keys();

export default {
  owned: ["render", "thin", "threshold", "format"],

  async ask(view) {
    const told = await view.ask({ query: {}, accept: "application/json" });
    const render = view.picture.shown ? "map" : "overlay";
    return [told, await view.ask({ query: { render }, accept: "image/png" })];
  },

  async show([{ json }, drawn], view) {
    const count = json.lines.length;
    view.say(`${count} lines, on ${percent(json.coverage)} of the picture`);
    const controls = [];
    let least = 0;
    if (view.picture.shown)
      controls.push(...(await layers(drawn.blob, view, (value) => (least = value))));
    else await view.stage.replace(drawn.blob, "Edges over your picture");
    const name = stem(view.picture);
    const query = (more) => () => ({ ...more, ...(least > 0 && { threshold: String(least) }) });
    return [
      ...controls,
      facts({
        "Lines of 0.5 and stronger": count,
        "Pixels on them": percent(json.coverage),
        "Mean strength": mean(json.lines.map(({ strength }) => strength)),
      }),
      ...exactness(json),
      el(
        "div",
        { class: "downloads" },
        view.save("map", query({}), "image/png", `${name}-edges.png`),
        view.save("thin", query({ thin: "true" }), "image/png", `${name}-thin.png`),
        view.save("overlay", query({ render: "overlay" }), "image/png", `${name}-overlay.png`),
        view.save("lines", query({}), "application/json", `${name}-lines.json`),
      ),
    ];
  },
};

const mean = (values) =>
  values.length ? (values.reduce((sum, one) => sum + one, 0) / values.length).toFixed(2) : "none";

async function layers(map, view, changed) {
  const { stage, picture } = view;
  const size = within(picture.width, picture.height, PIXELS);
  const [width, height] = size;
  const label = { role: "img", "aria-label": "Edges of your picture" };
  const canvas = stage.lay(el("canvas", { width, height, ...label }));
  const pen = canvas.getContext("2d");
  const whole = await pixelsOf(map, ...size);
  const state = { form: OVER, least: 0, opacity: 80, levels: whole };
  let thin = null;

  function paint() {
    const { form, least, levels } = state;
    const image = new ImageData(new Uint8ClampedArray(levels.data), width, height);
    if (form === OVER) heat(image);
    let strong = 0;
    for (let at = 0; at < image.data.length; at += 4) {
      const level = levels.data[at];
      const kept = level >= least * 255;
      if (kept && level) strong++;
      // Over the picture, what is weak lets it be seen.
      if (form === OVER) image.data[at + 3] = kept ? Math.min(255, level * 2) : 0;
      else if (!kept) image.data.fill(0, at, at + 3);
    }
    pen.putImageData(image, 0, 0);
    canvas.style.opacity = form === OVER ? state.opacity / 100 : 1;
    return strong / (width * height);
  }

  const share = el("p", { class: "hint number" });
  const tell = (strong) => {
    const told = `${percent(strong)} of the pixels are at least that strong`;
    share.textContent = state.least > 0 ? told : "Whatever is weaker is left out";
  };
  const strength = slider(
    "Threshold",
    0,
    (value) => {
      state.least = value / 100;
      changed(state.least);
      tell(paint());
    },
    { tell: (value) => (value / 100).toFixed(2) },
  );
  const opacity = slider("Opacity", state.opacity, (value) => {
    state.opacity = value;
    canvas.style.opacity = value / 100;
  });
  const views = segments("View", VIEWS, async (form) => {
    opacity.hidden = form !== OVER;
    stage.base(form === OVER);
    state.form = form;
    if (form === THIN) {
      thin ??= view.ask({ query: { thin: "true" }, accept: "image/png" });
      try {
        const levels = await pixelsOf((await thin).blob, ...size);
        if (state.form !== THIN) return; // another view was chosen meanwhile
        state.levels = levels;
      } catch (error) {
        thin = null;
        return view.fail(error);
      }
    } else state.levels = whole;
    tell(paint());
  });
  return [views, strength, share, opacity];
}
