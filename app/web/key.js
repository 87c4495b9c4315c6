/** The key of whoever uses the page: asked for where the service wants one, gone with the tab. */

import { el } from "./dom.js";

const NAME = "densight.key";

export const key = () => sessionStorage.getItem(NAME);

let asking = null;

/**
 * Ask for a key; several requests that are refused at the same moment ask once.
 * @returns {Promise<boolean>} whether there is another one now
 */
export function askForKey(reason) {
  asking ??= asked(reason).finally(() => (asking = null));
  return asking;
}

function asked(reason) {
  return new Promise((done) => {
    const input = el("input", { type: "password", id: "key", autocomplete: "off", required: true });
    const cancel = el("button", {
      type: "button",
      text: "Cancel",
      on: { click: () => dialog.close() },
    });
    const form = el(
      "form",
      { on: { submit: take } },
      el("h2", { id: "key-heading", text: "This service wants a key" }),
      el("p", { class: "hint", text: reason }),
      el("div", {}, el("label", { for: "key", text: "Key" }), input),
      el("p", { class: "hint", text: "It is kept in this tab only, and forgotten with it." }),
      el("div", { class: "row" }, el("button", { class: "primary", text: "Use this key" }), cancel),
    );
    const dialog = el("dialog", { "aria-labelledby": "key-heading", on: { close: end } }, form);
    let given = false;

    function take(event) {
      event.preventDefault();
      sessionStorage.setItem(NAME, input.value.trim());
      given = true;
      dialog.close();
    }

    function end() {
      dialog.remove();
      done(given);
    }

    document.body.append(dialog);
    dialog.showModal();
  });
}
