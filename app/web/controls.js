/** What panels are put together from: sliders, choices, bars, facts, downloads. */

import { el } from "./dom.js";

/**
 * A labelled slider; `change` is called with its number now and whenever it moves, and `tell` makes
 * of it what stands behind the slider.
 */
export function slider(label, value, change, { min = 0, max = 100, step = 1, tell } = {}) {
  const id = `slider-${label.toLowerCase().replaceAll(" ", "-")}`;
  const input = el("input", { type: "range", id, min, max, step, value });
  const output = tell ? el("output", { for: id, class: "number" }) : null;
  const moved = (now) => {
    if (output) output.textContent = tell(now);
    change(now);
  };
  input.addEventListener("input", () => moved(Number(input.value)));
  moved(value);
  return el("div", { class: "slider" }, el("label", { for: id, text: label }), input, output);
}

/** Buttons of which one is on; `change` is called with the index of the first now. */
export function segments(label, names, change) {
  const buttons = names.map((text, index) =>
    el("button", { type: "button", text, on: { click: () => press(index) } }),
  );
  const press = (index) => {
    buttons.forEach((button, other) =>
      button.setAttribute("aria-pressed", String(other === index)),
    );
    change(index);
  };
  press(0);
  return el("div", { class: "segments", role: "group", "aria-label": label }, buttons);
}

/**
 * Rows of a bar, each a button.
 * @param {{name: string, value: string, fraction: number, color: string?}[]} rows
 * @param {object} on `enter(index)`, `leave(index)`, `press(index, on)`; without it nothing is
 *   pressed
 */
export function bars(rows, on = null) {
  const items = rows.map(({ name, value, fraction, color }, index) => {
    const fill = el("span", { class: "fill" });
    fill.style.width = `${Math.max(0, Math.min(1, fraction)) * 100}%`;
    const swatch = color ? el("span", { class: "swatch" }) : null;
    if (color) swatch.style.background = fill.style.background = color;
    const button = el(
      "button",
      { type: "button", disabled: on === null, "aria-pressed": on && "false" },
      el("span", { class: "name" }, swatch, name),
      el("span", { class: "number", text: value }),
      el("span", { class: "track" }, fill),
    );
    if (on) {
      button.addEventListener("pointerenter", () => on.enter(index));
      button.addEventListener("pointerleave", () => on.leave(index));
      button.addEventListener("focus", () => on.enter(index));
      button.addEventListener("blur", () => on.leave(index));
      button.addEventListener("click", () => {
        const pressed = button.getAttribute("aria-pressed") !== "true";
        for (const other of items) other.firstChild.setAttribute("aria-pressed", "false");
        button.setAttribute("aria-pressed", String(pressed));
        on.press(index, pressed);
      });
    }
    return el("li", {}, button);
  });
  return el("ul", { class: "bars" }, items);
}

/** Names and what they are. */
export function facts(pairs) {
  return el(
    "dl",
    { class: "facts" },
    Object.entries(pairs).map(([name, value]) => [
      el("dt", { text: name }),
      el("dd", { class: "number", text: value }),
    ]),
  );
}

/** A button that fetches what it saves when it is pressed. */
export function download(label, name, fetched, failed) {
  const button = el("button", { type: "button", class: "small-button", text: label });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      save(await fetched(), name);
    } catch (error) {
      failed(error);
    } finally {
      button.disabled = false;
    }
  });
  return button;
}

function save(blob, name) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The suffix of a media type's files. */
export function suffixOf(mediaType) {
  const own = {
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    "application/geo+json": "geojson",
    "model/gltf-binary": "glb",
  };
  return own[mediaType] ?? mediaType.split("/").at(-1).split("+").at(-1);
}
