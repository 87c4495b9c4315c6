/** Whether an answer that was put together of tiles is the one to the whole picture. */

import { el } from "./dom.js";

/** @returns {Element[]} a line about it where it is not */
export function exactness({ exact }) {
  if (exact !== false) return [];
  const text = "Cut into tiles that are blended: not quite the answer to the whole picture.";
  return [el("p", { class: "hint", text })];
}
