/** The page: a task, a model and a picture are chosen, and what is chosen is asked. */

import { asked, clear, fail, say } from "./asking.js";
import { byId, el } from "./dom.js";
import { intake } from "./intake.js";
import { modelChoice } from "./models.js";
import { bytes, heading } from "./numbers.js";
import { optionsForm } from "./options.js";
import { panelOf } from "./panels/panel.js";
import { partOf } from "./part.js";
import { forget, pictureOf } from "./picture.js";
import { pathOf, sampleOf } from "./samples.js";
import { documentOf, request } from "./service.js";
import { Stage } from "./stage.js";
import { tasksOf } from "./tasks.js";
import { themeButton } from "./theme.js";

const LONG = 300_000; // pixels from which a model that cuts pictures into tiles is asked for a job

const stage = new Stage(byId("stage"));
const chosen = { task: null, model: null, picture: null, options: null, further: {}, served: [] };
let parts = []; // of the form of the chosen task, beside `image`
let sampled = true; // whether the picture is one of ours, which a task may change
let given = 0; // pictures so far

/** Whoever was last counts, however long another takes to come. */
async function take(coming, name, ours, further = {}) {
  const turn = ++given;
  byId("run").disabled = true;
  const blob = await coming;
  const picture = await pictureOf(blob, name);
  const others = await Promise.all(parts.map((part) => otherOf(further, part.name)));
  if (turn !== given) return forget(picture);
  forget(chosen.picture);
  chosen.picture = picture;
  parts.forEach((part, index) => part.bring(others[index]));
  sampled = ours;
  changed();
  const size = picture.shown ? `${picture.width} by ${picture.height} pixels` : bytes(blob.size);
  say(`${name}, ${size}`);
}

/** A further picture of a sample, null where it has none. */
async function otherOf(further, part) {
  const name = further[part];
  return name ? { blob: await (await request(pathOf(name))).blob(), name } : null;
}

/** What is chosen is not what is answered any more. */
function changed() {
  const { model, picture } = chosen;
  clear();
  if (picture) stage.show(picture);
  byId("run").disabled = !complete();
  const tiled = model?.card.fit === undefined;
  byId("later").checked = Boolean(tiled && picture?.shown && picture.width * picture.height > LONG);
}

function complete() {
  const given = parts.every(({ name, required }) => !required || chosen.further[name]);
  return given && chosen.picture && chosen.model;
}

function takeTask(task, models) {
  chosen.task = task;
  chosen.further = {};
  byId("lead").textContent = task.summary;
  document.title = `${heading(task.name)} · Densight`;
  history.replaceState(null, "", `#${task.name}`);
  const { owned } = panelOf(task);
  const free = task.parameters.filter(({ name }) => name !== "model" && !owned.includes(name));
  chosen.options = optionsForm(free);
  const form = chosen.options.element;
  parts = task.parts.map((part) => partOf(part, (other) => takeOther(part.name, other)));
  const zones = parts.map(({ element }) => element);
  byId("options").replaceChildren(...zones, ...(form ? [form] : []));
  const ready = models
    .filter((model) => answers(model, task.name))
    .map((model) => ({ ...model, default: model.default_of.includes(task.name) }));
  if (ready.length) byId("models").replaceChildren(modelChoice(ready, takeModel));
  else {
    byId("models").replaceChildren(
      el("p", { class: "hint", text: "No model of this task is loaded." }),
    );
    takeModel(null);
  }
}

function takeModel(model) {
  chosen.model = model;
  changed();
}

function takeOther(name, other) {
  if (other) chosen.further[name] = other;
  else delete chosen.further[name];
  if (chosen.picture) changed();
}

/** Whether a model can be asked for a task; one that is asleep wakes when it is. */
const answers = ({ task, tasks = [], state }, name) =>
  [task, ...tasks].includes(name) && ["ready", "asleep"].includes(state);

async function run() {
  const { options, ...rest } = chosen;
  byId("run").disabled = true;
  try {
    const question = { ...rest, further: { ...rest.further }, query: options.query() };
    await asked(question, stage, byId("later").checked);
  } finally {
    byId("run").disabled = !complete();
  }
}

/** A button for each task; the address names the one that is chosen. */
function taskButtons(tasks, choose) {
  const inputs = tasks.map((task) => {
    const change = () => choose(task);
    const given = { type: "radio", name: "task", class: "hidden", value: task.name };
    return el("input", { ...given, on: { change } });
  });
  byId("tasks").append(
    ...inputs.map((input) => el("label", {}, input, el("span", { text: heading(input.value) }))),
  );
  const named = () => inputs.find(({ value }) => `#${value}` === location.hash);
  addEventListener("hashchange", () => named()?.click());
  const first = named() ?? inputs[0];
  first.checked = true;
  choose(tasks[inputs.indexOf(first)]);
}

async function start() {
  themeButton(byId("theme"));
  const failing = (...given) => take(...given).catch(fail);
  const pictures = intake(failing);
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  const wait = (text) => (byId("lead").textContent = `${heading(text)} …`);
  const asked = [documentOf("v1/models", wait), documentOf("openapi.json", wait)];
  const [{ models }, api] = await Promise.all(asked);
  const tasks = tasksOf(api);
  chosen.served = tasks
    .map(({ name }) => name)
    .filter((name) => models.some((model) => answers(model, name)));
  taskButtons(tasks, (task) => {
    takeTask(task, models);
    if (sampled) pictures.choose(sampleOf(task.name));
  });
}

start().catch((error) => {
  byId("lead").textContent = "The service did not answer";
  fail(error);
});
