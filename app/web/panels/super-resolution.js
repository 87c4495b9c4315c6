/** The enlargement beside the bicubic one: a divider, and one zoom for both. */

import { bicubic } from "../bicubic.js";
import { comparison } from "../compare.js";
import { download, facts, slider, suffixOf } from "../controls.js";
import { el } from "../dom.js";
import { bytes } from "../numbers.js";
import { pictureOf, pixelsOf, stem } from "../picture.js";

const PIXELS = 16_000_000; // beyond, the browser enlarges: the bicubic one here takes seconds

export default {
  owned: [],

  async ask(view) {
    // Asked for PNG where the upload's own format is none that browsers show.
    const accept = view.picture.shown ? "*/*" : "image/png, */*;q=0.5";
    return [await view.ask({ query: {}, accept })];
  },

  async show([answer], view) {
    const name = `${stem(view.picture)}-large.${suffixOf(answer.mediaType)}`;
    const large = await pictureOf(answer.blob, name);
    view.stage.lend(large.url);
    const save = el(
      "div",
      { class: "downloads" },
      download(`Download ${name}`, name, async () => answer.blob, view.fail),
    );
    const kind = answer.mediaType.replace("image/", "").toUpperCase();
    if (!large.shown) {
      view.stage.note(
        `This browser does not show ${kind}. The enlargement is ready to be downloaded.`,
      );
      return [facts({ Format: kind, Size: bytes(answer.blob.size) }), save];
    }
    const told = facts({
      Output: `${large.width} × ${large.height}`,
      ...(view.picture.shown && { Input: `${view.picture.width} × ${view.picture.height}` }),
      Format: `${kind}, ${bytes(answer.blob.size)}`,
    });
    view.say(`The picture was enlarged to ${large.width} by ${large.height} pixels`);
    if (!view.picture.shown) {
      await view.stage.replace(answer.blob, "The enlarged picture");
      return [told, save];
    }
    const own = large.width * large.height <= PIXELS;
    const before = own
      ? await enlarged(view.picture, large)
      : el("img", { src: view.picture.url, alt: "" });
    const after = el("img", { src: large.url, alt: `Enlarged by ${view.model.name}` });
    const compared = comparison(before, after, [
      own ? "bicubic" : "by the browser",
      view.model.name,
    ]);
    view.stage.lay(compared.element);
    const zoom = slider("Zoom", 1, (times) => compared.zoom(times), { min: 1, max: 16, step: 0.1 });
    compared.zoomed((times) => (zoom.querySelector("input").value = times));
    return [
      told,
      slider("Divider", 50, compared.divide),
      zoom,
      el("p", {
        class: "hint",
        text: "Drag the divider; zoom with the wheel or two fingers, then drag the picture.",
      }),
      save,
    ];
  },
};

async function enlarged(picture, { width, height }) {
  const made = bicubic(await pixelsOf(picture.blob), width, height);
  const canvas = el("canvas", { width, height });
  canvas.getContext("2d").putImageData(made, 0, 0);
  return canvas;
}
