/** A further picture that a task wants beside the first: dropped on its place, or picked. */

import { byId, el } from "./dom.js";
import { heading } from "./numbers.js";

/**
 * @param {{name: string, required: boolean}} part of the form
 * @param {(other: {blob: Blob, name: string}|null) => void} take called with what is given
 * @returns {{name: string, required: boolean, element: Element, bring: (other: object?) => void}}
 *   `bring` gives what belongs to a sample, and takes away only what did
 */
export function partOf({ name, required }, take) {
  const id = `part-${name}`;
  const input = el("input", {
    type: "file",
    id,
    class: "hidden",
    "aria-describedby": `${id}-hint`,
  });
  const image = el("img", { alt: "", hidden: true });
  const told = el("p", { class: "hint", id: `${id}-hint` });
  const button = el("label", { for: id, class: "button", text: `Choose the ${name} picture` });
  const text = el("div", {}, input, button, told);
  const element = el(
    "div",
    { class: "part", role: "group", "aria-label": heading(name) },
    image,
    text,
  );

  let brought = true;

  function bring(other) {
    if (!other && !brought) return;
    brought = true;
    show(other);
  }

  function give(file) {
    brought = false;
    show({ blob: file, name: file.name });
  }

  function show(other) {
    URL.revokeObjectURL(image.src);
    image.hidden = !other;
    if (other) image.src = URL.createObjectURL(other.blob);
    told.textContent = other ? other.name : "or drop it here";
    take(other);
  }

  image.addEventListener("error", () => (image.hidden = true)); // a browser need not show it
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (file) give(file);
    input.value = "";
  });
  element.addEventListener("dragover", () => element.classList.add("dropping"));
  element.addEventListener("dragleave", () => element.classList.remove("dropping"));
  element.addEventListener("drop", (event) => {
    element.classList.remove("dropping");
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    event.stopPropagation(); // it is not the first picture
    byId("stage").classList.remove("dropping");
    give(file);
  });
  show(null);
  return { name, required, element, bring };
}
