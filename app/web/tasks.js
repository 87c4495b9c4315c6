/** The tasks and what may be chosen for each, read from the service's OpenAPI description. */

const ROUTE = /^\/v1\/([a-z0-9-]+)$/;

/**
 * @param {object} api the OpenAPI document
 * @returns {{name: string, summary: string, verb: string, parameters: object[], parts: object[],
 *   mediaTypes: string[]}[]} `parameters` are those of the query; `parts` the pictures that a form
 *   has beside `image`
 */
export function tasksOf(api) {
  return Object.entries(api.paths)
    .filter(([path, { post }]) => ROUTE.test(path) && post?.tags?.includes("tasks"))
    .map(([path, { post }]) => ({
      name: ROUTE.exec(path)[1],
      summary: post.summary,
      verb: post["x-verb"] ?? ROUTE.exec(path)[1],
      parameters: (post.parameters ?? []).filter((one) => one.in === "query"),
      parts: partsOf(resolved(api, post.requestBody?.content?.["multipart/form-data"]?.schema)),
      mediaTypes: Object.keys(post.responses["200"].content ?? {}),
    }));
}

function resolved(api, schema = {}) {
  const name = schema.$ref?.split("/").at(-1);
  return name ? api.components.schemas[name] : schema;
}

function partsOf({ properties = {}, required = [] }) {
  return Object.entries(properties)
    .filter(([name, { type }]) => name !== "image" && type === "string")
    .map(([name, { description }]) => ({ name, description, required: required.includes(name) }));
}
