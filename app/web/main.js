/** The page: a task, a model and a picture are chosen, a question is asked, its answer is shown. */

import { about } from "./about.js";
import { download } from "./controls.js";
import { byId, el } from "./dom.js";
import { intake } from "./intake.js";
import { modelChoice } from "./models.js";
import { bytes, duration, heading } from "./numbers.js";
import { optionsForm } from "./options.js";
import { panelOf } from "./panels/panel.js";
import { forget, pictureOf } from "./picture.js";
import { problemOf } from "./problem.js";
import { ask } from "./question.js";
import { sampleOf } from "./samples.js";
import { documentOf } from "./service.js";
import { Stage } from "./stage.js";
import { tasksOf } from "./tasks.js";
import { themeButton } from "./theme.js";

const LONG = 300_000; // pixels from which a model that cuts pictures into tiles is asked for a job

const stage = new Stage(byId("stage"));
const chosen = { task: null, model: null, picture: null, options: null, further: {} };
let sampled = true; // whether the picture is one of ours, which a task may change
let running = null; // what stops the question that is being asked

function say(text) {
  byId("said").textContent = text;
}

function fail(error) {
  if (error.name === "AbortError") return;
  byId("answer").hidden = false;
  byId("result").replaceChildren(problemOf(error));
}

/** Forget the answer, since what it answered is no longer what is chosen. */
function clear() {
  running?.abort();
  byId("answer").hidden = byId("about").hidden = true;
  byId("result").replaceChildren();
  byId("about").replaceChildren();
  if (chosen.picture) stage.show(chosen.picture);
}

async function take(blob, name, ours = false) {
  const picture = await pictureOf(blob, name);
  forget(chosen.picture);
  chosen.picture = picture;
  sampled = ours;
  clear();
  suggestJob();
  byId("run").disabled = !chosen.task;
  say(picture.shown ? `${name}, ${picture.width} by ${picture.height} pixels` : `${name}, ${bytes(blob.size)}`);
}

function suggestJob() {
  const { model, picture } = chosen;
  if (!model || !picture) return;
  byId("later").checked = model.card.fit === undefined && picture.shown && picture.width * picture.height > LONG;
}

function takeTask(task, models) {
  chosen.task = task;
  chosen.further = {};
  byId("lead").textContent = task.summary;
  document.title = `${heading(task.name)} · Densight`;
  history.replaceState(null, "", `#${task.name}`);
  const ready = models.filter((model) => model.task === task.name && model.state === "ready");
  if (ready.length) {
    byId("models").replaceChildren(modelChoice(ready, takeModel));
  } else {
    chosen.model = null;
    byId("models").replaceChildren(el("p", { class: "hint", text: "No model of this task is loaded." }));
  }
  const { owned } = panelOf(task);
  chosen.options = optionsForm(task.parameters.filter(({ name }) => name !== "model" && !owned.includes(name)));
  byId("options").replaceChildren(...task.parts.map(furtherPicture), ...[chosen.options.element].filter(Boolean));
  byId("run").disabled = !chosen.picture || !chosen.model;
}

function takeModel(model) {
  chosen.model = model;
  clear();
  suggestJob();
}

/** A task that looks at several pictures has a form part for each beside `image`. */
function furtherPicture({ name, description, required }) {
  const id = `part-${name}`;
  const input = el("input", { type: "file", id, required });
  input.addEventListener("change", () => {
    clear();
    if (input.files[0]) chosen.further[name] = { blob: input.files[0], name: input.files[0].name };
    else delete chosen.further[name];
  });
  return el("div", { class: "option" }, el("label", { for: id, text: heading(name) }), input, description && el("p", { class: "hint", text: description }));
}

async function run() {
  clear();
  const signal = (running = new AbortController()).signal;
  const waiting = progressOf(running);
  byId("answer").hidden = false;
  byId("result").replaceChildren(waiting.element);
  byId("run").disabled = true;
  byId("stage").setAttribute("aria-busy", "true");
  say("The question is asked");
  const panel = panelOf(chosen.task);
  try {
    const answers = await panel.ask(viewOf(signal, byId("later").checked, waiting.tell));
    stage.bare();
    const shown = await panel.show(answers, viewOf(signal, false, () => {}));
    byId("result").replaceChildren(...shown);
    byId("about").replaceChildren(...about(answers[0]));
    byId("about").hidden = false;
  } catch (error) {
    if (error.name === "AbortError") {
      if (running?.signal === signal) byId("answer").hidden = true;
      say("Cancelled");
    } else fail(error);
  } finally {
    byId("run").disabled = false;
    byId("stage").removeAttribute("aria-busy");
  }
}

/** What a panel is given; see panels/panel.js. */
function viewOf(signal, later, tell) {
  const { task, model, picture, options, further } = chosen;
  const question = ({ query, accept }, job) => {
    const named = model.default ? {} : { model: model.name };
    return { task, picture, further, accept, later: job, query: { ...named, ...options.query(), ...query } };
  };
  return {
    task,
    model,
    picture,
    stage,
    say,
    fail,
    ask: (what) => ask(question(what, later), tell, signal),
    save: (label, query, accept, name) =>
      download(`Download ${label}`, name, async () => (await ask(question({ query, accept }, false), () => {}, signal)).blob, fail),
  };
}

function progressOf(controller) {
  const bar = el("progress", { "aria-label": "Progress" });
  const text = el("p", { class: "hint number", text: "Asking …" });
  const cancel = el("button", { type: "button", text: "Cancel", on: { click: () => controller.abort() } });

  function tell({ state, progress }) {
    if (!progress) {
      text.textContent = state === "queued" ? "The job waits for its turn …" : "The job runs …";
      return;
    }
    bar.max = progress.total;
    bar.value = progress.done;
    const left = progress.eta == null ? "" : `, about ${duration(progress.eta * 1000)} left`;
    text.textContent = `${progress.done} of ${progress.total} tiles${left}`;
  }

  return { element: el("div", { class: "option" }, bar, text, el("div", { class: "row" }, cancel)), tell };
}

async function start() {
  themeButton(byId("theme"));
  const pictures = intake((blob, name, ours) => take(blob, name, ours).catch(fail), fail);
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  const wait = (text) => (byId("lead").textContent = `${heading(text)} …`);
  const [{ models }, api] = await Promise.all([documentOf("v1/models", wait), documentOf("openapi.json")]);
  const tasks = tasksOf(api);
  const first = tasks.find(({ name }) => `#${name}` === location.hash) ?? tasks[0];
  const radios = tasks.map((task) => {
    const input = el("input", { type: "radio", name: "task", class: "hidden", value: task.name, checked: task === first });
    input.addEventListener("change", () => {
      takeTask(task, models);
      if (sampled) pictures.choose(sampleOf(task.name));
    });
    return el("label", {}, input, el("span", { text: heading(task.name) }));
  });
  byId("tasks").append(...radios);
  takeTask(first, models);
  await pictures.choose(sampleOf(first.name));
}

start().catch((error) => {
  byId("lead").textContent = "The service did not answer";
  fail(error);
});
