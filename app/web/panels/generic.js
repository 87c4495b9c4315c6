/** Any task: the picture that it answers over the one that was sent, and its JSON as a table. */

import { boxes } from "../boxes.js";
import { download, slider, suffixOf } from "../controls.js";
import { el } from "../dom.js";
import { bytes, heading } from "../numbers.js";
import { pictureOf, stem } from "../picture.js";

const JSON_TYPE = "application/json";
const LONGEST = 80; // characters of a cell
const MOST = 50; // rows of a table

export default {
  owned: [],

  async ask(view) {
    const natural = await view.ask({ query: {}, accept: "*/*" });
    const both =
      !natural.json && view.task.mediaTypes.includes(JSON_TYPE) && !natural.question.query.format;
    return both ? [natural, await view.ask({ query: {}, accept: JSON_TYPE })] : [natural];
  },

  async show(answers, view) {
    const [natural] = answers;
    const document = answers.find(({ json }) => json)?.json;
    const name = `${stem(view.picture)}-${view.task.name}.${suffixOf(natural.mediaType)}`;
    const shown = [];
    if (!natural.json) shown.push(...(await drawn(natural, name, view)));
    if (document) {
      const framed = boxesOf(document);
      if (framed.length && view.picture.shown) view.stage.lay(boxes(framed, view.picture).element);
      shown.push(table(document));
    }
    shown.push(
      el(
        "div",
        { class: "downloads" },
        download(`Download ${name}`, name, async () => natural.blob, view.fail),
      ),
    );
    view.say(`${heading(view.task.name)} is answered`);
    return shown;
  },
};

async function drawn({ blob, mediaType }, name, { stage, picture }) {
  const answer = await pictureOf(blob, name);
  stage.lend(answer.url);
  if (!answer.shown)
    return [
      el("p", {
        text: `A file of ${bytes(blob.size)} (${mediaType}), which browsers do not show.`,
      }),
    ];
  if (!picture.shown) {
    await stage.replace(blob, "The answer");
    return [];
  }
  const layer = stage.lay(el("img", { src: answer.url, alt: "The answer" }));
  return [slider("Opacity", 100, (value) => (layer.style.opacity = value / 100))];
}

/** Everything in a document that has a `box` of four numbers, left, top, right, bottom. */
function boxesOf(document) {
  const isBox = (box) => Array.isArray(box) && box.length === 4 && box.every(Number.isFinite);
  return Object.values(document)
    .flat()
    .filter((one) => isBox(one?.box));
}

/** Rows of a list of objects, else a row for each member. */
function table(document) {
  const lists = Object.entries(document).filter(
    ([, value]) =>
      Array.isArray(value) &&
      value.length &&
      typeof value[0] === "object" &&
      !Array.isArray(value[0]),
  );
  const rest = Object.entries(document).filter(([name]) => !lists.some(([list]) => list === name));
  const single = el(
    "table",
    {},
    el(
      "tbody",
      {},
      rest.map(([name, value]) =>
        el("tr", {}, el("th", { scope: "row", text: heading(name) }), cell(value)),
      ),
    ),
  );
  const tables = lists.map(([name, rows]) => {
    const columns = [...new Set(rows.flatMap(Object.keys))];
    return [
      el("h3", {
        text:
          rows.length > MOST
            ? `${heading(name)}, the first ${MOST} of ${rows.length}`
            : heading(name),
      }),
      el(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": heading(name) },
        el(
          "table",
          {},
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              columns.map((column) => el("th", { scope: "col", text: heading(column) })),
            ),
          ),
          el(
            "tbody",
            {},
            rows.slice(0, MOST).map((row) =>
              el(
                "tr",
                {},
                columns.map((column) => cell(row[column])),
              ),
            ),
          ),
        ),
      ),
    ];
  });
  return el("div", {}, single, tables.flat());
}

function cell(value) {
  if (/^#[0-9a-f]{6}$/.test(value)) {
    const swatch = el("span", { class: "swatch" });
    swatch.style.background = value;
    return el("td", {}, swatch, ` ${value}`);
  }
  if (typeof value === "string" && value.startsWith("data:image/"))
    return el("td", {}, el("img", { src: value, alt: "", width: 160 }));
  const text =
    typeof value === "string"
      ? value
      : (JSON.stringify(value, (_, one) =>
          typeof one === "number" ? Number(one.toPrecision(6)) : one,
        ) ?? "");
  return el("td", { text: text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text });
}
