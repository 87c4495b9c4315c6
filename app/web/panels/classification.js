/** Labels with bars; over the picture the evidence for the one that the pointer or focus is on. */

import { bars, slider } from "../controls.js";
import { el } from "../dom.js";
import { percent } from "../numbers.js";
import { fileOf } from "../picture.js";

const JSON_TYPE = "application/json";

const canExplain = ({ model }) => model.outputs.some(({ name }) => name === "evidence");

export default {
  owned: ["explain", "explain_index"],

  async ask(view) {
    return [
      await view.ask({ query: canExplain(view) ? { explain: "true" } : {}, accept: JSON_TYPE }),
    ];
  },

  async show([answer], view) {
    const { predictions, explanation } = answer.json;
    const rows = predictions.map(({ label, score }) => ({
      name: label,
      value: percent(score),
      fraction: score,
    }));
    const [best] = predictions;
    const headline = el("p", { class: "big", text: `${best.label}, ${percent(best.score)}` });
    view.say(`The answer: ${rows.map(({ name, value }) => `${name} ${value}`).join(", ")}`);
    if (!canExplain(view)) {
      return [
        headline,
        bars(rows),
        el("p", { class: "hint", text: "This model can not show where its evidence lies." }),
      ];
    }

    // What a browser does not show has the map alone.
    if (!view.picture.shown) await view.stage.replace(fileOf(explanation), "The evidence");
    const layer = view.stage.lay(el("img", { alt: "" }));
    const maps = new Map([[best.index, Promise.resolve(explanation)]]);
    let kept = 0;
    let looked = 0;
    const buttons = bars(rows, {
      enter: (row) => reveal(row),
      leave: () => reveal(kept),
      press: (row, on) => {
        kept = on ? row : null;
        reveal(row);
        view.say(
          on
            ? `The picture shows the evidence for ${rows[row].name}`
            : "The evidence is shown while you point at a label",
        );
      },
    });

    async function reveal(row) {
      const look = ++looked;
      [...buttons.children].forEach((item, index) =>
        item.firstChild.classList.toggle("shown", index === row),
      );
      if (row === null) return (layer.hidden = true);
      const { index, label } = predictions[row];
      if (!maps.has(index)) {
        const query = { explain_index: String(index), top_k: "1" };
        maps.set(
          index,
          view.ask({ query, accept: JSON_TYPE }).then(({ json }) => json.explanation),
        );
      }
      try {
        const map = await maps.get(index);
        if (look !== looked) return; // the pointer has gone on
        layer.src = map;
        layer.alt = `Evidence for ${label}`;
        layer.hidden = false;
      } catch (error) {
        maps.delete(index);
        view.fail(error);
      }
    }

    buttons.firstChild.firstChild.setAttribute("aria-pressed", "true");
    reveal(0);
    return [
      headline,
      buttons,
      el("p", {
        class: "hint",
        text: "Point at a label to see where in the picture its evidence lies; click to keep it.",
      }),
      slider("Opacity", 55, (value) => (layer.style.opacity = value / 100)),
    ];
  },
};
