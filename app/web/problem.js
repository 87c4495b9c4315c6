/** What went wrong, in the words of the problem document. */

import { facts } from "./controls.js";
import { el } from "./dom.js";

export function problemOf(error) {
  const { type, title, detail, status, instance, ...further } = error.told ?? {
    title: "The page failed",
    detail: String(error),
  };
  const shown = Object.entries(further).map(([name, value]) => [
    name.replaceAll("_", " "),
    Array.isArray(value) && value.every((one) => typeof one !== "object")
      ? value.join(", ")
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value),
  ]);
  return el(
    "div",
    { class: "problem", role: "alert" },
    el("h3", { text: status ? `${title} (${status})` : title }),
    el("p", { text: detail }),
    shown.length ? facts(Object.fromEntries(shown)) : null,
  );
}
