/** Elements in one expression. */

/**
 * @param {string} tag
 * @param {object} given attributes; `on` holds listeners by event, `text` is the content, and what
 *   is null, undefined or false is left out.
 * @param {...(Node|string|null)} children
 */
export function el(tag, given = {}, ...children) {
  return filled(document.createElement(tag), given, children);
}

/** The same for a drawing. */
export function svg(tag, given = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), given, children);
}

export const byId = (id) => document.getElementById(id);

/** Text in which what stands between backticks is code. */
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 ? el("code", { text: part }) : part));
}

function filled(element, { on = {}, text, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  if (text != null) element.textContent = text;
  element.append(...children.flat(Infinity).filter((child) => child != null));
  return element;
}
