/**
 * The panels: how the answers of a task are asked for and shown. A task without one of its own has
 * the generic one, so a new task needs nothing here; one that deserves more gets a module beside
 * this one and a line below.
 *
 * A panel is an object:
 *   owned       names of query parameters that it sets itself; the form of options leaves them out
 *   ask(view)   asks, and resolves to a list of answers (question.js); the timing, the code and the
 *               raw answer that the page shows are those of the first
 *   show(answers, view)
 *               draws over the picture (`view.stage`) and returns what stands beside it, a list of
 *               elements, or a promise of it
 *
 * What both are given, the view:
 *   task, model, picture   what was chosen (tasks.js, an entry of /v1/models, picture.js)
 *   further                the other pictures by their part of the form, {blob, name} each
 *   stage                  where the picture is, without an answer (stage.js)
 *   served                 names of the tasks that have a model
 *   ask({query, accept})   asks with the chosen options and these, as a job where that is wanted;
 *                          within `show` never as one
 *   askOther(task, query, accept)
 *                          asks the route of another task, with these options and the frame and
 *                          window that are chosen
 *   save(label, query, accept, name)
 *                          a button that saves such an answer as a file; the query may be a
 *                          function, called when it is pressed
 *   say(text)              tells who can not see the page
 *   fail(error)            shows what went wrong
 */

import classification from "./classification.js";
import detection from "./detection.js";
import edges from "./edges.js";
import flow from "./flow.js";
import generic from "./generic.js";
import normals from "./normals.js";
import parts from "./parts.js";
import saliency from "./saliency.js";
import scene from "./scene.js";
import segmentation from "./segmentation.js";
import semanticBoundaries from "./semantic-boundaries.js";
import style from "./style.js";
import superResolution from "./super-resolution.js";

const PANELS = {
  classification,
  detection,
  edges,
  flow,
  normals,
  parts,
  saliency,
  scene,
  segmentation,
  "semantic-boundaries": semanticBoundaries,
  style,
  "super-resolution": superResolution,
};

export const panelOf = (task) => PANELS[task.name] ?? generic;
