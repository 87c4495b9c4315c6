/** The picture as painters would have painted it: which, how much, and a divider to the photo. */

import { comparison } from "../compare.js";
import { download, segments, slider, suffixOf } from "../controls.js";
import { el } from "../dom.js";
import { heading } from "../numbers.js";
import { pictureOf, stem } from "../picture.js";

export default {
  owned: ["style", "strength"],

  async ask(view) {
    return [await view.ask(question(view, stylesOf(view)[0]))];
  },

  async show([first], view) {
    const { stage, picture } = view;
    const styles = stylesOf(view);
    const answers = new Map([[styles[0], Promise.resolve(first)]]);
    let style = styles[0];
    let strength = 1;
    const painted = el("img", { alt: `Your picture in the style of ${named(style)}` });
    const shown = await pictureOf(first.blob, picture.name);
    stage.lend(shown.url);
    const type = first.mediaType;
    const name = `${stem(picture)}-painted.${suffixOf(type)}`;
    // What the browser keeps is the whole painting; only a strength below is asked for anew.
    const save = download(
      `Download ${name}`,
      name,
      async () => {
        if (strength === 1) return (await answers.get(style)).blob;
        const { query, accept } = question(view, style);
        const given = { ...query, strength: String(strength) };
        return (await view.ask({ query: given, accept })).blob;
      },
      view.fail,
    );
    view.say(`The picture is painted in the style of ${named(style)}`);
    if (!shown.shown) {
      stage.note("This browser does not show such files. The painting is ready to be downloaded.");
      return [el("div", { class: "downloads" }, save)];
    }
    painted.src = shown.url;

    async function paint(index) {
      const wanted = (style = styles[index]);
      if (!answers.has(wanted)) answers.set(wanted, view.ask(question(view, wanted)));
      try {
        const { blob } = await answers.get(wanted);
        if (style !== wanted) return; // another one was chosen meanwhile
        painted.src = stage.lend(URL.createObjectURL(blob));
        painted.alt = `Your picture in the style of ${named(wanted)}`;
        view.say(painted.alt);
      } catch (error) {
        answers.delete(wanted);
        view.fail(error);
      }
    }

    const choice = styles.length > 1 ? [segments("Style", styles.map(named), paint)] : [];
    if (!picture.shown) {
      await stage.replace(first.blob, painted.alt);
      stage.lay(painted);
      return [...choice, el("div", { class: "downloads" }, save)];
    }
    const photo = () => el("img", { src: picture.url, alt: "" });
    const compared = comparison(photo(), el("div", { class: "blend" }, photo(), painted), [
      "photo",
      "painting",
    ]);
    stage.lay(compared.element);
    return [
      ...choice,
      slider(
        "Strength",
        100,
        (value) => {
          strength = value / 100;
          painted.style.opacity = strength;
        },
        { tell: (value) => `${value} %` },
      ),
      slider("Divider", 30, compared.divide),
      el("p", {
        class: "hint",
        text: "Drag the divider; the photo is left of it. The wheel zooms.",
      }),
      el("div", { class: "downloads" }, save),
    ];
  },
};

/** Names of the styles, on the card as labels; a model may have but one, without a name. */
const stylesOf = ({ model }) => (model.card.labels?.length ? model.card.labels : [null]);

const named = (style) => (style ? heading(style.replaceAll("-", " ")) : "the model");

/** Asked for PNG where the upload's own format is none that browsers show. */
const question = ({ picture }, style) => ({
  query: style ? { style } : {},
  accept: picture.shown ? "*/*" : "image/png, */*;q=0.5",
});
