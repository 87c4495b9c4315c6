/** A question as commands: for curl, and for the Python client. */

import { key } from "./key.js";
import { pathOf } from "./question.js";

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

const base = () => new URL(".", location.href).href;

/** As a line of a shell. */
export function curl({ question, mediaType }) {
  const parts = ["curl", "-F", quoted(`image=@${question.picture.name}`)];
  for (const [part, other] of Object.entries(question.further))
    parts.push("-F", quoted(`${part}=@${other.name}`));
  if (key()) parts.push("-H", '"Authorization: Bearer $DENSIGHT_KEY"');
  if (question.accept !== "*/*") parts.push("-H", quoted(`Accept: ${question.accept}`));
  if (question.later) parts.push("-H", "'Prefer: respond-async'");
  else if (!mediaType.endsWith("json")) parts.push("-o", `answer.${mediaType.split("/").at(-1)}`);
  return [...parts, quoted(base() + pathOf(question))].join(" ");
}

/**
 * As a program with the client of this package, whose methods are called as the commands are; with
 * a suffix where a picture is wanted of a task that has numbers, too.
 */
export function python({ question, mediaType }) {
  const { task, picture, further, query } = question;
  const form =
    mediaType === "application/geo+json"
      ? "_geojson"
      : mediaType.startsWith("image/") && task.mediaTypes.includes("application/json")
        ? "_image"
        : "";
  const pictures = [picture, ...Object.values(further)].map(({ name }) => JSON.stringify(name));
  const options = Object.entries(query).map(([name, value]) => `${name}=${literal(value)}`);
  const method = task.verb.replaceAll("-", "_") + form;
  const secret = key() ? ', key=os.environ["DENSIGHT_KEY"]' : "";
  return [
    ...(secret ? ["import os", ""] : []),
    "from app.client import Client",
    "",
    `with Client(${JSON.stringify(base())}${secret}) as client:`,
    `    answer = client.${method}(${[...pictures, ...options].join(", ")})`,
  ].join("\n");
}

function literal(value) {
  if (value === "true" || value === "false") return value === "true" ? "True" : "False";
  return /^-?\d+(\.\d+)?$/.test(value) ? value : JSON.stringify(value);
}
