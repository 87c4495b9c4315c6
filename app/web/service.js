/** Requests to the service: what it refuses is a `Problem`; if it wants a key, people are asked. */

import { askForKey, key } from "./key.js";

/** A failure in the words of the problem document that the service answered (RFC 9457). */
export class Problem extends Error {
  constructor(told) {
    super(told.detail);
    this.told = told;
  }
}

/**
 * Fetch a path below the page's own, so that the page may lie below another one at a proxy.
 * @returns {Promise<Response>} with a status of 200 to 299
 * @throws {Problem}
 */
export async function request(path, { headers = {}, ...init } = {}) {
  for (;;) {
    const known = key();
    const authorization = known ? { Authorization: `Bearer ${known}` } : {};
    const response = await sent(path.replace(/^\//, ""), {
      ...init,
      headers: { ...headers, ...authorization },
    });
    if (response.ok) return response;
    const problem = new Problem(await told(response));
    if (response.status !== 401 || !(await askForKey(problem.message))) throw problem;
  }
}

/** Fetch JSON, and wait for a service that is still loading its models. */
export async function documentOf(path, waiting = () => {}) {
  for (;;) {
    try {
      return await (await request(path, { headers: { Accept: "application/json" } })).json();
    } catch (error) {
      if (error.told?.status !== 503) throw error;
      waiting(error.message);
      await new Promise((done) => setTimeout(done, 1000 * (error.told.retry_after ?? 1)));
    }
  }
}

async function sent(path, init) {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ title: "No answer", status: 0, detail: "The service can not be reached." });
  }
}

async function told(response) {
  if (/json/.test(response.headers.get("Content-Type") ?? "")) return response.json();
  const detail = (await response.text()) || response.statusText;
  return { title: `Status ${response.status}`, status: response.status, detail };
}
