/** The models of a task, each with its card: what it is, how good, where it runs, its terms. */

import { el } from "./dom.js";

/**
 * @param {object[]} models of one task, as `GET /v1/models` lists them
 * @param {(model: object) => void} choose called with each choice
 */
export function modelChoice(models, choose) {
  const sorted = [...models].sort((one, other) => other.default - one.default);
  const [chosen] = sorted;
  const shown = el("div", {}, cardOf(chosen));
  const take = (model) => {
    shown.replaceChildren(cardOf(model));
    choose(model);
  };
  const radios = sorted.map((model) =>
    el(
      "label",
      {},
      el("input", {
        type: "radio",
        name: "model",
        value: model.name,
        checked: model === chosen,
        on: { change: () => take(model) },
      }),
      cardOf(model),
    ),
  );
  const others = el(
    "details",
    {},
    el("summary", { text: `${models.length} models` }),
    el("div", { class: "choices", role: "radiogroup", "aria-label": "Model" }, radios),
  );
  const legend = el("h2", { class: "hidden", text: "Model" });
  choose(chosen);
  return el("div", {}, legend, models.length > 1 ? [shown, others] : shown);
}

function cardOf({ name, version, device, card, default: standard }) {
  return el(
    "div",
    { class: "card" },
    el("strong", { text: `${name}@${version}` }),
    el("span", { class: "title", text: card.title }),
    el("span", { class: "number", text: metricsOf(card.metrics) }),
    el(
      "span",
      { class: "chips" },
      el("span", { class: "chip strong", text: device }),
      standard ? el("span", { class: "chip", text: "default" }) : null,
      el("span", { class: "chip", text: licenceOf(card.model_license) }),
    ),
  );
}

function licenceOf(text) {
  return text
    ? text.replaceAll("LicenseRef-", "").replaceAll("-only", " only")
    : "no licence stated";
}

/** The first figures of the card, of a file of several tasks one of each, and on what and how much. */
function metricsOf(metrics) {
  const figures = Object.entries(metrics).filter(([name]) => !name.endsWith("/pictures"));
  if (!figures.length) return "not measured";
  const set = figures[0][0].split("/")[0];
  const whole = figures.filter(([name]) => name.split("/").length === 2).slice(0, 2);
  const seen = new Set();
  const each = figures.filter(([name]) => {
    const task = name.split("/")[1];
    return !seen.has(task) && seen.add(task);
  });
  const shown = (whole.length ? whole : each).map(
    ([name, value]) =>
      `${name.split("/").slice(1).join(" ").replaceAll("_", " ")} ${Number(value.toPrecision(4))}`,
  );
  const pictures = metrics[`${set}/pictures`];
  return `${shown.join(", ")} on ${set}${pictures ? ` (${pictures} pictures)` : ""}`;
}
