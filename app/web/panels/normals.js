/** Directions as colours, as a relief whose light is dragged, and as a surface in space. */

import { facts, segments, slider } from "../controls.js";
import { el } from "../dom.js";
import { exactness } from "../exactness.js";
import { percent } from "../numbers.js";
import { pixelsOf, stem, within } from "../picture.js";
import { light, lightAt } from "../relief.js";
import { spatial } from "../spatial.js";

const PIXELS = 1_000_000; // lit anew for every place of the light
const VIEWS = ["Map", "Relief", "Surface"];
const [MAP, RELIEF, SURFACE] = VIEWS.keys();
const MESHES = { glb: "model/gltf-binary", ply: "model/ply", obj: "model/obj" };

export default {
  owned: ["render", "depth", "light", "format"],

  async ask(view) {
    const told = await view.ask({ query: {}, accept: "application/json" });
    return [told, await view.ask({ query: { render: "map" }, accept: "image/png" })];
  },

  async show([{ json }, drawn], view) {
    const { stage } = view;
    if (!view.picture.shown) await stage.replace(drawn.blob, "Normals of your picture");
    const [right, down, away] = json.mean;
    view.say(`The directions of ${percent(json.known)} of the picture are shown`);
    const map = stage.lay(el("img", { alt: "Normals of your picture" }));
    map.src = stage.lend(URL.createObjectURL(drawn.blob));
    const opacity = slider("Opacity", 100, (value) => (map.style.opacity = value / 100));
    const lit = { azimuth: 315, elevation: 45 };
    const relief = await reliefOf(drawn.blob, json, stage, lit);
    const mesh = () => view.ask({ query: { format: "glb" }, accept: MESHES.glb });
    const surface = spatial(stage.lay(el("div")), mesh, view.fail);
    const views = segments("View", VIEWS, (form) => {
      map.hidden = opacity.hidden = form !== MAP;
      relief.canvas.hidden = relief.controls.hidden = form !== RELIEF;
      surface.layer.hidden = surface.controls.hidden = form !== SURFACE;
      stage.base(form === MAP);
      if (form === SURFACE) surface.wake().catch(view.fail);
    });
    const name = stem(view.picture);
    const reliefQuery = () => ({ render: "relief", light: `${lit.azimuth},${lit.elevation}` });
    return [
      views,
      opacity,
      relief.controls,
      surface.controls,
      facts({
        Known: `${percent(json.known)} of the picture`,
        "Mean direction": [right, down, away].map((part) => part.toFixed(2)).join(", "),
      }),
      ...exactness(json),
      el(
        "div",
        { class: "downloads" },
        view.save("map", {}, "image/png", `${name}-normals.png`),
        view.save("16 bits", { depth: "16" }, "image/png", `${name}-normals-16.png`),
        view.save("relief", reliefQuery, "image/png", `${name}-relief.png`),
        Object.entries(MESHES).map(([format, type]) =>
          view.save(format.toUpperCase(), { format }, type, `${name}.${format}`),
        ),
      ),
    ];
  },
};

async function reliefOf(map, { width: wide, height: high }, stage, lit) {
  const [width, height] = within(wide, high, PIXELS);
  const { data } = await pixelsOf(map, width, height);
  const label = { role: "img", "aria-label": "Relief of your picture" };
  const canvas = stage.lay(el("canvas", { class: "lit", width, height, ...label }));
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(width, height);

  function paint() {
    light(data, image, lit.azimuth, lit.elevation);
    pen.putImageData(image, 0, 0);
  }

  const degrees = (value) => `${value}°`;
  const [azimuth, elevation] = [
    ["azimuth", 359],
    ["elevation", 90],
  ].map(([part, max]) =>
    slider(
      `Light's ${part}`,
      lit[part],
      (value) => {
        lit[part] = value;
        paint();
      },
      { max, tell: degrees },
    ),
  );

  function drag(event) {
    if (!event.buttons) return;
    const box = canvas.getBoundingClientRect();
    const place = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const at = lightAt(place);
    for (const [row, value] of [
      [azimuth, at.azimuth],
      [elevation, at.elevation],
    ]) {
      const input = row.querySelector("input");
      input.value = value;
      input.dispatchEvent(new Event("input"));
    }
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drag(event);
  });
  canvas.addEventListener("pointermove", drag);
  const hint = el("p", { class: "hint", text: "Drag in the picture: the light comes from there." });
  return { canvas, controls: el("div", { class: "stack" }, hint, azimuth, elevation) };
}
