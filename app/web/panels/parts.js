/** A segmentation, and besides each person's box and what of them is seen. */

import { boxes } from "../boxes.js";
import { bars } from "../controls.js";
import { el } from "../dom.js";
import { percent } from "../numbers.js";
import segmentation from "./segmentation.js";

export default {
  ...segmentation,

  async show(answers, view) {
    const shown = await segmentation.show(answers, view);
    const { people } = answers[0].json;
    if (!people.length) return shown;
    const named = people.map(({ box, classes, pixels }, index) => {
      const sorted = [...classes].sort((one, other) => other.pixels - one.pixels);
      return { box, label: `person ${index + 1}`, pixels, sorted };
    });
    const whole = answers[0].json.width * answers[0].json.height;
    const frames = view.picture.shown ? boxes(named, view.picture) : null;
    if (frames) view.stage.lay(frames.element);
    const light = (index) => frames?.light(index);
    let kept = null;
    const list = bars(
      named.map(({ label, pixels }) => ({
        name: label,
        value: percent(pixels / whole),
        fraction: pixels / whole,
      })),
      {
        enter: light,
        leave: () => light(kept),
        press: (row, on) => light((kept = on ? row : null)),
      },
    );
    const lines = named.map(({ label, sorted }) => {
      const told = sorted.map(({ label: part, fraction }) => `${part} ${percent(fraction)}`);
      return el("li", { class: "hint", text: `${label}: ${told.join(", ")}` });
    });
    const count = people.length === 1 ? "One person" : `${people.length} people`;
    return [...shown, el("h3", { text: count }), list, el("ul", { class: "lines" }, lines)];
  },
};
