/** All that a network sees in one pass: the picture, and around it an answer to each question. */

import { slider } from "../controls.js";
import { el } from "../dom.js";
import { fullSize } from "../full-size.js";
import { percent } from "../numbers.js";
import { answersOf, objectsOf } from "../scene-answers.js";
import { spatial } from "../spatial.js";
import { surfaceOf } from "../surface.js";

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
    const answers = await answersOf(json.answers, stage);
    if (detected) answers.push(objectsOf(detected.json));
    const pages = [
      ...(picture.shown ? [{ title: "Your picture", content: () => [framed(picture, photo(picture))] }] : []),
      ...answers.map((answer) => ({
        title: answer.title,
        content: () => large(answer, view),
      })),
    ];
    const dialog = fullSize(pages);
    const tiles = pages.map(({ title }, index) => {
      const answer = answers[index - (pages.length - answers.length)];
      const press = () => dialog.open(index);
      const alt = `${title}, full size`;
      const button = el("button", { type: "button", "aria-label": alt, on: { click: press } });
      const shown = answer ? answer.draw(picture) : photo(picture);
      button.append(el("div", { class: "tile-picture" }, shown), el("span", { text: title }));
      const place = answer ? "tile" : "tile own";
      return el("li", { class: place }, button);
    });
    const mosaic = el("ul", { class: "mosaic", "aria-label": "Answers about your picture" }, tiles);
    stage.fill(el("div", { class: "mosaic-frame" }, mosaic, dialog.element));
    turnNormals(answers, tiles, view);
    const lines = answers.map(({ title, line }) =>
      el("li", {}, el("strong", { text: title }), el("span", { class: "number", text: line })),
    );
    view.say(answers.map(({ title, line }) => `${title}: ${line}`).join("; "));
    return [
      el("p", { class: "hint", text: "Click any of them to see it in full size." }),
      el("ul", { class: "lines" }, lines),
    ];
  },
};

const photo = (picture) => el("img", { src: picture.url, alt: "" });

function framed({ width, height }, ...children) {
  const frame = el("div", { class: "full-picture" }, children);
  frame.style.setProperty("--ratio", width ? String(width / height) : "1.5");
  return frame;
}

/** An answer over the picture, with what there is to say of it. */
function large(answer, view) {
  const { picture } = view;
  if (answer.task === "normals") return [...surfaced(answer, view), legendOf(answer)];
  const layer = answer.draw(picture);
  const under = picture.shown && !answer.over;
  const frame = framed(picture, under ? photo(picture) : [], layer);
  const opacity = slider("Opacity", 100, (value) => (layer.style.opacity = value / 100));
  return [frame, ...(under ? [opacity] : []), legendOf(answer)];
}

function surfaced(answer, view) {
  const layer = el("div", { class: "full-surface" });
  const surface = spatial(layer, () => meshOf(view));
  surface.wake().catch(view.fail);
  return [el("div", { class: "pair" }, framed(view.picture, answer.draw(view.picture)), layer), surface.controls];
}

function legendOf({ classes = [], line }) {
  if (!classes.length) return el("p", { class: "hint number", text: line });
  const items = classes.map(({ label, color, fraction }) => {
    const swatch = el("span", { class: "swatch" });
    swatch.style.background = color;
    return el("li", {}, swatch, label, el("span", { class: "number", text: percent(fraction) }));
  });
  return el("ul", { class: "legend", "aria-label": "Classes" }, items);
}

/** A surface that turns takes the place of the directions' colours, where the browser can draw it. */
async function turnNormals(answers, tiles, view) {
  const index = answers.findIndex(({ task }) => task === "normals");
  if (index < 0) return;
  try {
    const { blob } = await meshOf(view);
    const surface = await surfaceOf(blob, "The surface in your picture");
    if (!surface) return;
    const tile = tiles[index + tiles.length - answers.length].querySelector(".tile-picture");
    // Within a button nothing else can be pressed.
    for (const name of ["tabindex", "role", "aria-label"]) surface.element.removeAttribute(name);
    surface.element.inert = true;
    tile.append(surface.element);
  } catch (error) {
    view.fail(error);
  }
}

/** The surface that the scene's own network sees. */
function meshOf(view) {
  view.meshed ??= view.askOther(
    "normals",
    { model: view.model.name, format: "glb" },
    "model/gltf-binary",
  );
  return view.meshed;
}
