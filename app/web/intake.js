/** The ways in which a picture comes: dropped, pasted, picked, or one of the samples. */

import { byId, el } from "./dom.js";
import { SAMPLES, pathOf } from "./samples.js";
import { request } from "./service.js";

/**
 * @param {(coming: Blob|Promise<Blob>, name: string, ours: boolean, further?: object) => void} take
 *   called with each picture, whether it is a sample, and the names of what belongs to that
 * @returns {{choose: (sample: object) => void}} to choose a sample as if it was clicked
 */
export function intake(take) {
  const credit = el("p", { class: "hint credit" });
  const buttons = SAMPLES.map((sample) =>
    el(
      "button",
      {
        type: "button",
        "aria-pressed": "false",
        "aria-label": sample.shows,
        title: sample.shows,
        on: { click: () => choose(sample) },
      },
      el("img", { src: pathOf(sample.name), alt: "" }),
    ),
  );
  byId("samples").replaceChildren(...buttons.map((button) => el("li", {}, button)));
  byId("samples").parentElement.append(credit);

  function mark(chosen) {
    buttons.forEach((button, index) =>
      button.setAttribute("aria-pressed", String(SAMPLES[index] === chosen)),
    );
    credit.textContent = chosen ? `${chosen.shows}, by ${chosen.credit}` : "";
  }

  function choose(sample) {
    mark(sample);
    take(
      request(pathOf(sample.name)).then((response) => response.blob()),
      sample.name,
      true,
      sample.further,
    );
  }

  function given(files) {
    const [file] = files;
    if (!file) return;
    mark(null);
    take(file, file.name, false);
  }

  const input = byId("file");
  input.addEventListener("change", () => {
    given(input.files);
    input.value = ""; // so that the same file may be chosen again
  });
  addEventListener("paste", (event) => given(event.clipboardData.files));

  const stage = byId("stage");
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    stage.classList.add("dropping");
  });
  addEventListener(
    "dragleave",
    (event) => event.relatedTarget ?? stage.classList.remove("dropping"),
  );
  addEventListener("drop", (event) => {
    event.preventDefault();
    stage.classList.remove("dropping");
    given(event.dataTransfer.files);
  });
  return { choose };
}
