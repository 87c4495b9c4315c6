/** What a scene's answers look like, and what is said of each in a line. */

import { boxes, colorOf } from "./boxes.js";
import { el } from "./dom.js";
import { heat } from "./heat.js";
import { heading, percent } from "./numbers.js";
import { fileOf, pixelsOf, within } from "./picture.js";

const PIXELS = 1_000_000; // more than is seen of a tile
const TITLES = {
  edges: "Borders",
  segmentation: "Classes",
  "semantic-boundaries": "Class borders",
};
const ORDER = ["edges", "normals", "saliency", "segmentation", "semantic-boundaries", "parts"];

/**
 * @param {object} answers by task, as `POST /v1/scene` gives them
 * @returns {Promise<{task: string, title: string, line: string, classes: object[],
 *   draw: () => Element}[]>} from the lowest question to the highest; `draw` makes a picture of it
 */
export function answersOf(answers, stage) {
  const rank = (task) => (ORDER.includes(task) ? ORDER.indexOf(task) : ORDER.length);
  const tasks = Object.keys(answers).sort((one, other) => rank(one) - rank(other));
  return Promise.all(tasks.map((task) => answerOf(task, answers[task], stage)));
}

async function answerOf(task, { image, ...numbers }, stage) {
  const { width, height, classes = [] } = numbers;
  const shares = classes
    .map((one) => ({ ...one, fraction: one.fraction ?? one.pixels / (width * height) }))
    .sort((one, other) => other.fraction - one.fraction);
  const blob = image ? fileOf(image) : null;
  const url =
    task === "saliency" && blob ? await heated(blob) : blob ? URL.createObjectURL(blob) : null;
  if (url) stage.lend(url);
  return {
    task,
    title: TITLES[task] ?? heading(task.replaceAll("-", " ")),
    line: lineOf(numbers, shares),
    classes: shares,
    draw: () => (url ? el("img", { src: url, alt: "" }) : el("p", { text: "No picture" })),
  };
}

/** The objects that a detection found, over the picture. */
export function objectsOf({ objects, width, height }) {
  const found = objects.map((one) => ({ ...one, color: colorOf(one.index) }));
  const counts = {};
  for (const { label } of objects) counts[label] = (counts[label] ?? 0) + 1;
  const line = Object.entries(counts).map(([label, count]) => `${count} ${label}`);
  return {
    task: "detection",
    title: "Objects",
    line: line.join(", ") || "none found",
    over: true,
    draw(picture) {
      const { element } = boxes(found, { width, height });
      element.removeAttribute("role"); // what it shows is said beside it
      element.removeAttribute("aria-label");
      element.setAttribute("aria-hidden", "true");
      const base = picture.shown ? el("img", { src: picture.url, alt: "" }) : null;
      return el("div", { class: "over" }, base, element);
    },
  };
}

function lineOf({ coverage, lines, peak, mean, people }, classes) {
  const told = [];
  if (lines) told.push(`${lines.length} lines`);
  if (peak) told.push(`peak at ${peak.x}, ${peak.y}`);
  if (coverage !== undefined) told.push(`${percent(coverage)} of the picture`);
  if (Array.isArray(mean)) told.push(`mean ${mean.map((part) => part.toFixed(2)).join(", ")}`);
  if (people) told.push(people.length === 1 ? "one person" : `${people.length} people`);
  for (const { label, fraction } of classes.slice(0, 3)) told.push(`${label} ${percent(fraction)}`);
  return told.join(", ") || "answered";
}

/** Gray levels as colours; the object URL of a picture. */
async function heated(blob) {
  const bitmap = await createImageBitmap(blob);
  const [width, height] = within(bitmap.width, bitmap.height, PIXELS);
  bitmap.close();
  const image = await pixelsOf(blob, width, height);
  heat(image);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return URL.createObjectURL(await canvas.convertToBlob());
}
