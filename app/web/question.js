/** One question to a task's route, and its answer. */

import { finished } from "./jobs.js";
import { request } from "./service.js";

/**
 * A question is {task, picture, further, query, accept, later}:
 *   task: as `tasks.js` makes it
 *   picture: as `picture.js` makes it; `further` are more of them by the name of their form part
 *   query: options by name
 *   accept: a media type
 *   later: whether it is a job
 * An answer is {question, blob, json, mediaType, headers, stages, elapsed, job}:
 *   json: the parsed document, or null
 *   headers: by lower-case name
 *   stages: [{name, milliseconds}], of a job how long it waited and ran
 *   elapsed: milliseconds as this page saw it
 */
export async function ask(question, tell, signal) {
  const began = performance.now();
  const headers = { Accept: question.accept };
  if (question.later) headers.Prefer = "respond-async";
  let response = await request(pathOf(question), {
    method: "POST",
    ...bodyOf(question, headers),
    signal,
  });
  let job = null;
  if (response.status === 202) {
    job = await response.json();
    tell(job);
    job = await finished(job, tell, signal);
    response = await request(job.links.result, { signal });
  }
  const blob = await response.blob();
  const mediaType = (response.headers.get("Content-Type") ?? "").split(";")[0];
  return {
    question,
    blob,
    mediaType,
    json: mediaType.endsWith("json") ? JSON.parse(await blob.text()) : null,
    headers: Object.fromEntries(response.headers),
    stages: job ? stagesOfJob(job) : stagesOf(response.headers.get("Server-Timing") ?? ""),
    elapsed: performance.now() - began,
    job,
  };
}

export function pathOf({ task, query }) {
  const text = new URLSearchParams(query).toString();
  return `v1/${task.name}${text && `?${text}`}`;
}

function bodyOf({ picture, further }, headers) {
  if (Object.keys(further).length === 0) {
    const type = picture.blob.type;
    const own = type.startsWith("image/") || type === "application/dicom";
    return {
      body: picture.blob,
      headers: { ...headers, "Content-Type": own ? type : "application/octet-stream" },
    };
  }
  const body = new FormData();
  body.append("image", picture.blob, picture.name);
  for (const [part, other] of Object.entries(further)) body.append(part, other.blob, other.name);
  return { body, headers };
}

/** `decode;dur=1.20, infer;dur=3.4` (W3C Server Timing). */
function stagesOf(header) {
  return [...header.matchAll(/([\w-]+);dur=([\d.]+)/g)].map(([, name, text]) => ({
    name,
    milliseconds: Number(text),
  }));
}

function stagesOfJob({ created, started, finished: ended }) {
  const [first, begun, last] = [created, started, ended].map((time) => Date.parse(time));
  return [
    { name: "queue", milliseconds: begun - first },
    { name: "infer", milliseconds: last - begun },
  ];
}
