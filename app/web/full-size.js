/** One of several pictures, as large as the window and with what belongs to it; arrows step. */

import { el } from "./dom.js";

/**
 * @param {{title: string, content: () => Element[]}[]} pages
 * @returns {{element: Element, open: (index: number) => void}} a dialog that is yet to be put on
 *   the page; the focus goes back to where it was when it closes
 */
export function fullSize(pages) {
  const title = el("h2", { id: "full-title" });
  const body = el("div", { class: "full-body" });
  const close = el("button", {
    type: "button",
    text: "Close",
    on: { click: () => dialog.close() },
  });
  const go = (step) => () => show((at + step + pages.length) % pages.length);
  const steps = [
    ["Previous", -1],
    ["Next", 1],
  ].map(([text, step]) => el("button", { type: "button", text, on: { click: go(step) } }));
  const head = el("div", { class: "full-head" }, title, el("div", { class: "row" }, steps, close));
  const dialog = el("dialog", { class: "full", "aria-labelledby": title.id }, head, body);
  let at = 0;

  function show(index) {
    at = index;
    title.textContent = pages[at].title;
    body.replaceChildren(...pages[at].content());
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.target.matches("input")) return; // a slider's own
    if (event.key === "ArrowLeft") go(-1)();
    else if (event.key === "ArrowRight") go(1)();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => body.replaceChildren());
  return {
    element: dialog,
    open(index) {
      show(index);
      dialog.showModal();
    },
  };
}
