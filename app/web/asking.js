/** The question that is being asked: its progress, a way to stop it, and its answer on the page. */

import { about } from "./about.js";
import { download } from "./controls.js";
import { byId, el } from "./dom.js";
import { duration } from "./numbers.js";
import { panelOf } from "./panels/panel.js";
import { problemOf } from "./problem.js";
import { ask } from "./question.js";

let running = null; // its AbortController

/** What blind people hear. */
export function say(text) {
  byId("said").textContent = text;
}

/** Show what went wrong, unless somebody wanted it to end. */
export function fail(error) {
  if (error.name === "AbortError") return;
  byId("answer").hidden = false;
  byId("result").replaceChildren(problemOf(error));
}

/** Stop, and forget the answer, since what it answers is no longer what is chosen. */
export function clear() {
  running?.abort();
  byId("answer").hidden = byId("about").hidden = true;
  byId("result").replaceChildren();
  byId("about").replaceChildren();
}

/**
 * Ask what is chosen, and show the answer.
 * @param {{task, model, picture, query, further, served}} chosen as main.js keeps it, with the options
 * @param {Stage} stage
 * @param {boolean} later whether as a job
 */
export async function asked(chosen, stage, later) {
  clear();
  stage.show(chosen.picture); // without an earlier answer
  const own = (running = new AbortController());
  const waiting = progressOf(own);
  byId("answer").hidden = false;
  byId("result").replaceChildren(waiting.element);
  say("The question is asked");
  const panel = panelOf(chosen.task);
  const view = viewOf(chosen, stage, own.signal, later);
  try {
    const answers = await panel.ask({
      ...view,
      ask: (what) => view.ask(what, waiting.tell, later),
    });
    const shown = await panel.show(answers, { ...view, ask: (what) => view.ask(what) });
    if (own.signal.aborted) return stage.again(); // it drew over what is chosen by now
    byId("result").replaceChildren(...shown);
    byId("about").replaceChildren(...about(answers[0]));
    byId("about").hidden = false;
  } catch (error) {
    if (own !== running) return;
    if (error.name === "AbortError") {
      byId("answer").hidden = true;
      say("Cancelled");
    } else fail(error);
  }
}

/** What a panel is given; see panels/panel.js. */
function viewOf({ task, model, picture, query: options, further, served }, stage, signal, later) {
  const named = model.default ? {} : { model: model.name };
  const question = ({ query, accept }, job) => ({
    task,
    picture,
    further,
    accept,
    later: job,
    query: { ...named, ...options, ...query },
  });
  const put = (what, tell = () => {}, job = false) => ask(question(what, job), tell, signal);
  // Every task has these two; they say what of a file is looked at.
  const looked = Object.entries(options).filter(([name]) => ["frame", "window"].includes(name));
  function putOther(name, asked, accept) {
    const query = { ...Object.fromEntries(looked), ...asked };
    const other = { task: { name }, picture, further: {}, accept, later: false, query };
    return ask(other, () => {}, signal);
  }

  return {
    task,
    model,
    picture,
    further,
    stage,
    served,
    say,
    fail,
    ask: put,
    askOther: putOther,
    save: (label, query, accept, name) => {
      const wanted = () => ({ query: typeof query === "function" ? query() : query, accept });
      const fetched = async () => (await put(wanted(), undefined, later)).blob;
      return download(`Download ${label}`, name, fetched, fail);
    },
  };
}

function progressOf(controller) {
  const bar = el("progress", { "aria-label": "Progress" });
  const text = el("p", { class: "hint number", text: "Asking …" });
  const stop = () => controller.abort();
  const cancel = el("button", { type: "button", text: "Cancel", on: { click: stop } });

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

  const row = el("div", { class: "row" }, cancel);
  return { element: el("div", { class: "waiting" }, bar, text, row), tell };
}
