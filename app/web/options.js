/** The form of a task's options, made from their OpenAPI parameters. */

import { el, prose } from "./dom.js";
import { heading } from "./numbers.js";

/**
 * @param {object[]} parameters of the query, without those that something else sets
 * @returns {{element: Element, query: () => object}} `query` gives what differs from the defaults
 */
export function optionsForm(parameters) {
  const fields = parameters.map(fieldOf);
  const element = fields.length
    ? el(
        "details",
        {},
        el("summary", { text: "Options" }),
        fields.map((field) => field.element),
      )
    : null;
  return {
    element,
    query: () =>
      Object.fromEntries(
        fields.map(({ name, value }) => [name, value()]).filter(([, value]) => value !== null),
      ),
  };
}

function fieldOf({ name, schema, description = "" }) {
  // What may be absent is `anyOf: [what it is, null]`.
  const kind = { ...(schema.anyOf?.find(({ type }) => type !== "null") ?? {}), ...schema };
  const id = `option-${name}`;
  const hint = el("p", { class: "hint", id: `${id}-hint` }, prose(description));
  const common = { id, name, "aria-describedby": hint.id };
  const title = el("label", { for: id, text: heading(name) });
  if (kind.type === "boolean") {
    const box = el("input", { ...common, type: "checkbox", checked: kind.default === true });
    const label = el("label", { class: "check" }, box, heading(name));
    const value = () => (box.checked === (kind.default === true) ? null : String(box.checked));
    return { name, value, element: el("div", { class: "option" }, label, hint) };
  }
  const input = kind.enum ? choice(common, kind) : entry(common, kind);
  const standard = kind.default == null ? "" : String(kind.default);
  const value = () => (input.value === standard || input.value === "" ? null : input.value);
  return { name, value, element: el("div", { class: "option" }, title, input, hint) };
}

function choice(common, kind) {
  const absent = kind.default == null ? [el("option", { value: "", text: "not set" })] : [];
  const options = kind.enum.map((value) =>
    el("option", { value, text: value, selected: value === kind.default }),
  );
  return el("select", common, absent, options);
}

function entry(common, kind) {
  const example = kind.examples?.[0];
  if (kind.type === "integer" || kind.type === "number") {
    const step = kind.type === "integer" ? 1 : "any";
    return el("input", {
      ...common,
      type: "number",
      step,
      min: kind.minimum,
      max: kind.maximum,
      value: kind.default,
    });
  }
  return el("input", {
    ...common,
    type: "text",
    value: kind.default,
    placeholder: example && `such as ${example}`,
  });
}
