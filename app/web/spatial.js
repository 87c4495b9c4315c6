/** The place of a surface in space: fetched when it is first wanted, with buttons that steer it. */

import { download, segments } from "./controls.js";
import { el } from "./dom.js";
import { surfaceOf } from "./surface.js";

const NAME = "The surface in your picture";

/**
 * @param {Element} layer where it is put
 * @param {() => Promise<{blob: Blob}>} fetched asks for the GLB
 * @param {(error: Error) => void} failed called if it can not be saved
 * @returns {{layer: Element, controls: Element, wake: () => Promise<void>}} `wake` fetches it and
 *   shows it, once
 */
export function spatial(layer, fetched, failed) {
  const controls = el("div", { class: "stack" });
  let waking = null;

  async function begin() {
    layer.replaceChildren(el("p", { class: "note", text: "The surface is made …" }));
    const { blob } = await fetched();
    const turn = el("button", { type: "button", class: "small-button" });
    const tell = (turning) => {
      turn.dataset.turning = turning;
      turn.textContent = turning ? "Stop turning" : "Turn slowly";
    };
    const surface = await surfaceOf(blob, NAME, () => tell(false));
    if (!surface) {
      const text =
        "This browser draws nothing in space: it has no WebGL 2. Other programs open the file.";
      layer.replaceChildren(el("p", { class: "note", text }));
      const save = download("Save the surface", "surface.glb", async () => blob, failed);
      controls.replaceChildren(el("div", { class: "downloads" }, save));
      return;
    }
    turn.addEventListener("click", () => {
      const turning = turn.dataset.turning !== "true";
      surface.turn(turning);
      tell(turning);
    });
    tell(surface.turning);
    layer.replaceChildren(surface.element);
    controls.replaceChildren(
      segments("Material", ["With the picture", "Shape alone"], (index) =>
        surface.bare(index === 1),
      ),
      el("div", { class: "row" }, turn),
      el("p", { class: "hint", text: "Drag to turn it, zoom with the wheel or two fingers." }),
    );
  }

  function wake() {
    waking ??= begin().catch((error) => {
      waking = null;
      throw error;
    });
    return waking;
  }

  return { layer, controls, wake };
}
