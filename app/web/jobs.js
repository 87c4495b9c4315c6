/** Answers that come later: a job is followed by its events (docs/jobs.md) to its end. */

import { Problem, request } from "./service.js";

const FINAL = ["done", "failed", "cancelled"];
const BREAKS = 30; // how often in a row the service may be out of reach
const PAUSE = 1000; // milliseconds until it is asked again

/**
 * Follow a job that was accepted; a stream that breaks is asked for again.
 * @param {object} job as the 202 described it
 * @param {(job: object) => void} tell called with the job whenever it is known better
 * @param {AbortSignal} signal cancels the job
 * @returns {Promise<object>} the job when it is done
 * @throws {Problem} of a job that failed
 */
export async function finished(job, tell, signal) {
  let now = job;
  let broken = 0;
  try {
    while (!FINAL.includes(now.state)) {
      signal.throwIfAborted();
      try {
        const response = await request(now.links.events, { signal });
        for await (const { event, data } of eventsOf(response.body)) {
          now = event === "state" ? data : { ...now, progress: data };
          broken = 0;
          tell(now);
        }
      } catch (error) {
        // A service that restarts goes on with its jobs.
        if (!isBreak(error) || ++broken > BREAKS) throw error;
        await new Promise((done) => setTimeout(done, PAUSE));
      }
    }
  } catch (error) {
    if (signal.aborted) await request(job.links.self, { method: "DELETE" });
    throw error;
  }
  if (now.state === "failed") throw new Problem(now.problem);
  if (now.state === "cancelled") throw new DOMException("The job was cancelled.", "AbortError");
  return now;
}

/** Whether the connection is gone, rather than something refused. */
const isBreak = (error) => error instanceof TypeError || error.told?.status === 0;

/** Server-sent events by fetch, since `EventSource` sends no key. */
async function* eventsOf(body) {
  let text = "";
  for await (const piece of piecesOf(body.pipeThrough(new TextDecoderStream()))) {
    const blocks = (text + piece).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2)));
      if (fields.data) yield { event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

/** As a stream iterates by itself in browsers that know that already. */
async function* piecesOf(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
