/** Boxes with labels and scores; a slider says from which score on, a list lights one of them. */

import { boxes, colorOf } from "../boxes.js";
import { bars, facts, slider } from "../controls.js";
import { el } from "../dom.js";
import { exactness } from "../exactness.js";
import { percent } from "../numbers.js";
import { stem } from "../picture.js";

const LEAST = 0.05; // score of what is asked for, to be shown when the slider says so
const STANDARD = 0.3;
const MOST = 60; // rows of the list

export default {
  owned: ["render", "format", "shapes", "min_score"],

  async ask(view) {
    const query = { min_score: String(LEAST) };
    const told = await view.ask({ query, accept: "application/json" });
    if (view.picture.shown) return [told];
    return [told, await view.ask({ query: { render: "overlay" }, accept: "image/png" })];
  },

  async show([{ json }, drawn], view) {
    const { palette } = view.model.card;
    const found = json.objects.map((one) => ({ ...one, color: colorOf(one.index, palette) }));
    const frames = boxes(found, json);
    if (drawn) await view.stage.replace(drawn.blob, "Objects in your picture");
    else view.stage.lay(frames.element);
    const rows = found.map(({ label, score, color }) => ({
      name: label,
      value: percent(score),
      fraction: score,
      color,
    }));
    let kept = null;
    const list = bars(rows.slice(0, MOST), {
      enter: frames.light,
      leave: () => frames.light(kept),
      press: (row, on) => frames.light((kept = on ? row : null)),
    });
    const counts = el("div");
    const more = el("p", { class: "hint" });
    let least = STANDARD;

    function keep(value) {
      least = value / 100;
      const shown = found.filter(({ score }) => score >= least);
      frames.only(({ score }) => score >= least);
      [...list.children].forEach((item, row) => (item.hidden = found[row].score < least));
      const labels = {};
      for (const { label } of shown) labels[label] = (labels[label] ?? 0) + 1;
      counts.replaceChildren(
        el("p", { class: "big", text: counted(shown.length) }),
        ...(Object.keys(labels).length > 1 ? [facts(labels)] : []),
      );
      more.textContent = shown.length > MOST ? `The list has the first ${MOST}.` : "";
      more.hidden = shown.length <= MOST;
    }

    const score = slider("Least score", STANDARD * 100, keep, {
      min: LEAST * 100,
      max: 99,
      tell: (value) => `${value} %`,
    });
    view.say(`${counts.textContent}, from a score of ${percent(least)} on`);
    const name = stem(view.picture);
    const query = (more) => () => ({ ...more, min_score: String(least) });
    return [
      counts,
      score,
      ...exactness(json),
      list,
      more,
      el(
        "div",
        { class: "downloads" },
        view.save("overlay", query({ render: "overlay" }), "image/png", `${name}-objects.png`),
        view.save("JSON", query({}), "application/json", `${name}-objects.json`),
        view.save(
          "GeoJSON",
          query({ shapes: "geojson" }),
          "application/geo+json",
          `${name}.geojson`,
        ),
      ),
    ];
  },
};

function counted(count) {
  if (count === 0) return "No objects";
  return count === 1 ? "One object" : `${count} objects`;
}
