/** What is told of every answer: where the time went, how to ask again, and how it came. */

import { el } from "./dom.js";
import { duration } from "./numbers.js";
import { curl, python } from "./snippets.js";

const LONGEST = 400; // characters of a string that is shown
const MOST = 100; // members of a list

const WORDS = { way: "on the way" };
const JOB_WORDS = { queue: "waited", infer: "worked", way: "on the way" };

/** @returns {Element[]} */
export function about(answer) {
  return [timing(answer), code(answer), raw(answer)];
}

function timing({ stages, elapsed, headers, job }) {
  const known = stages.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const all = [...stages, { name: "way", milliseconds: Math.max(0, elapsed - known) }];
  const words = job ? JOB_WORDS : WORDS;
  const pieces = all.map(({ name, milliseconds }) => {
    const piece = el("span", { class: name });
    piece.style.flexGrow = String(milliseconds);
    return piece;
  });
  const keys = all.map(({ name, milliseconds }) =>
    el(
      "li",
      { "data-stage": name },
      el("span", { class: `key ${name}` }),
      `${words[name] ?? name} `,
      el("span", { class: "number", text: duration(milliseconds) }),
    ),
  );
  const source = [headers["x-model"], headers["x-tiles"] && `tiles: ${headers["x-tiles"]}`]
    .filter(Boolean)
    .join(" · ");
  return el(
    "div",
    {},
    el(
      "div",
      { class: "timing-head" },
      el("h2", { text: `Answered in ${duration(elapsed)}` }),
      el("span", { class: "hint", text: source }),
    ),
    el("div", { class: "timing-bar", "aria-hidden": "true" }, pieces),
    el("ul", { class: "timing" }, keys),
  );
}

function code(answer) {
  return el(
    "details",
    {},
    el("summary", { text: "Ask by curl or Python" }),
    snippet("curl", curl(answer)),
    snippet("Python", python(answer)),
  );
}

function raw({ json, headers }) {
  const head = Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(content-|x-|server-timing)/.test(name)),
  );
  const parts = [snippet("Headers", JSON.stringify(head, null, 2))];
  if (json)
    parts.unshift(
      snippet("JSON", JSON.stringify(json, null, 2), JSON.stringify(json, shortened, 2)),
    );
  return el("details", {}, el("summary", { text: json ? "Raw JSON" : "Raw headers" }), parts);
}

function snippet(name, text, shown = text) {
  const copy = el("button", {
    type: "button",
    class: "small-button",
    text: "Copy",
    "aria-label": `Copy ${name}`,
  });
  const code = el("code", { text: shown });
  copy.addEventListener("click", async () => {
    // Browsers let pages copy that came by TLS or from this machine; elsewhere people do it.
    if (!navigator.clipboard) return getSelection().selectAllChildren(code);
    await navigator.clipboard.writeText(text);
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy"), 2000);
  });
  return el(
    "div",
    { class: "snippet" },
    el("div", { class: "snippet-head" }, el("h3", { text: name }), copy),
    el("pre", { tabindex: 0, role: "region", "aria-label": name }, code),
  );
}

function shortened(_, value) {
  if (Array.isArray(value) && value.length > MOST)
    return [...value.slice(0, MOST), `… (${value.length} of them, all of them in the copy)`];
  if (typeof value !== "string" || value.length <= LONGEST) return value;
  return `${value.slice(0, LONGEST)}… (${value.length} characters, all of them in the copy)`;
}
