/** All that a network sees in one pass: the picture, and around it an answer to each question. */

import { slider } from "../controls.js";
import { el } from "../dom.js";
import { fullSize } from "../full-size.js";
import { percent } from "../numbers.js";
import { answersOf, objectsOf } from "../scene-answers.js";
import { spatial } from "../spatial.js";
import { surfaceOf } from "../surface.js";

const SURFACE = "Surface";

export default {
  owned: ["numbers"],

  async ask(view) {
    const asked = [view.ask({ query: { numbers: "true" }, accept: "application/json" })];
    // No network answers with objects and all the rest; another one is asked for them.
    if (view.served.includes("detection"))
      asked.push(view.askOther("detection", {}, "application/json"));
    return Promise.all(asked);
  },

  async show([{ json }, detected], view) {
    const { picture, stage } = view;
    const pages = await answersOf(json.answers, stage);
    const normals = pages.findIndex(({ task }) => task === "normals");
    if (normals >= 0) pages.splice(normals + 1, 0, surfaceIn(view));
    if (detected) pages.push(objectsOf(detected.json));
    view.say(pages.map(({ title, line }) => `${title}: ${line}`).join("; "));
    const lines = pages.map(({ title, line }) =>
      el("li", {}, el("strong", { text: title }), el("span", { class: "number", text: line })),
    );
    if (picture.shown)
      pages.unshift({ title: "Your picture", own: true, over: true, draw: () => photo(picture) });
    const dialog = fullSize(
      pages.map((page) => ({ title: page.title, content: () => large(page, view) })),
    );
    const tiles = pages.map((page, index) => {
      const label = `${page.title}, full size`;
      const press = () => dialog.open(index);
      const shown = el("div", { class: "tile-picture" }, page.draw(picture));
      shown.style.setProperty("--ratio", ratioOf(picture));
      const button = { type: "button", "aria-label": label, on: { click: press } };
      return el(
        "li",
        { class: page.own ? "own" : null },
        el("button", button, shown, el("span", { text: page.title })),
      );
    });
    const mosaic = el("ul", { class: "mosaic", "aria-label": "Answers about your picture" }, tiles);
    stage.fill(el("div", { class: "mosaic-frame" }, mosaic, dialog.element));
    return [
      el("p", { class: "hint", text: "Press any of them to see it in full size." }),
      el("ul", { class: "lines" }, lines),
    ];
  },
};

const photo = (picture) => el("img", { src: picture.url, alt: "" });

const ratioOf = ({ width, height }) => String(width ? width / height : 1.5);

/** An answer over the picture, with what there is to say of it. */
function large(page, view) {
  const { picture } = view;
  const layer = page.large ? page.large() : page.draw(picture);
  const under = picture.shown && !page.over;
  const frame = el("div", { class: "full-picture" }, under ? photo(picture) : null, layer);
  frame.style.setProperty("--ratio", ratioOf(picture));
  const opacity = () => slider("Opacity", 100, (value) => (layer.style.opacity = value / 100));
  return [frame, under ? opacity() : "", page.controls?.() ?? "", legendOf(page)];
}

function legendOf({ classes = [], line = "" }) {
  if (!classes.length) return el("p", { class: "hint number", text: line });
  const items = classes.map(({ label, color, fraction }) => {
    const swatch = el("span", { class: "swatch" });
    swatch.style.background = color;
    return el("li", {}, swatch, label, el("span", { class: "number", text: percent(fraction) }));
  });
  return el("ul", { class: "legend", "aria-label": "Classes" }, items);
}

/** The surface that the scene's own network sees: turning in its tile, steered when large. */
function surfaceIn(view) {
  const query = { model: view.model.name, format: "glb" };
  const mesh = view.askOther("normals", query, "model/gltf-binary");
  let held = null;
  return {
    title: SURFACE,
    line: "what the normals are the slopes of",
    over: true,
    draw() {
      const place = el("div", { class: "surface-place" });
      turning(place, mesh).catch(view.fail);
      return place;
    },
    large() {
      held = spatial(el("div", { class: "surface-place" }), () => mesh, view.fail);
      held.wake().catch(view.fail);
      return held.layer;
    },
    controls: () => held.controls,
  };
}

async function turning(place, mesh) {
  const surface = await surfaceOf((await mesh).blob, SURFACE);
  if (!surface) return place.append(el("p", { class: "note", text: "WebGL 2 is missing" }));
  // Within a button nothing else can be pressed.
  for (const name of ["tabindex", "role", "aria-label"]) surface.element.removeAttribute(name);
  surface.element.inert = true;
  place.append(surface.element);
}
