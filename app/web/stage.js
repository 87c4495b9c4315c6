/** Where the picture is seen: the picture, and layers over it of the same size. */

import { el } from "./dom.js";

export class Stage {
  #root;
  #picture = null;
  #frame = null;
  #urls = [];

  constructor(root) {
    this.#root = root;
  }

  /** Show a picture alone; what was lent for an earlier one is given back. */
  show(picture) {
    const { url, width, height, shown, name } = (this.#picture = picture);
    this.#urls.splice(0).forEach((lent) => URL.revokeObjectURL(lent));
    if (shown)
      this.#put(
        el("img", { class: "base", src: url, alt: `Your picture, ${name}` }),
        width,
        height,
      );
    else
      this.note(
        `This browser does not show files such as ${name}. The service may read it all the same.`,
      );
  }

  /** Show the last picture alone once more. */
  again() {
    this.show(this.#picture);
  }

  /** Show a file that the service made instead of the picture. */
  async replace(blob, alt) {
    const image = el("img", { class: "base", src: this.lend(URL.createObjectURL(blob)), alt });
    await image.decode();
    this.#put(image, image.naturalWidth, image.naturalHeight);
    return [image.naturalWidth, image.naturalHeight];
  }

  /** Take note of an object URL that is needed as long as this picture is shown. */
  lend(url) {
    this.#urls.push(url);
    return url;
  }

  /** Say something where no picture can be. */
  note(text) {
    this.#frame = null;
    this.#root.replaceChildren(el("p", { class: "note", text }));
  }

  /** Show something else than a picture, as wide as there is room. */
  fill(element) {
    this.#frame = null;
    this.#root.replaceChildren(element);
  }

  /** Lay an element over the picture; it has the picture's size on the screen. */
  lay(layer) {
    layer.classList.add("layer");
    this.#frame?.append(layer);
    return layer;
  }

  /** Whether the picture itself is seen below the layers. */
  base(seen) {
    const base = this.#frame?.querySelector(".base");
    if (base) base.style.visibility = seen ? "" : "hidden";
  }

  /** Call with where the pointer is, 0..1 of the picture each way, and with null when it leaves. */
  follow(layer, moved, pressed = () => {}) {
    const place = (event) => {
      const box = layer.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    layer.addEventListener("pointermove", (event) => moved(place(event)));
    layer.addEventListener("pointerleave", () => moved(null));
    layer.addEventListener("click", (event) => pressed(place(event)));
  }

  #put(base, width, height) {
    this.#frame = el("div", { class: "frame" }, base);
    this.#frame.style.setProperty("--ratio", String(width / height));
    this.#root.replaceChildren(this.#frame);
  }
}
