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
 *   stage                  where the picture is, without an answer (stage.js)
 *   ask({query, accept})   asks with the chosen options and these, as a job where that is wanted;
 *                          within `show` never as one
 *   save(label, query, accept, name)
 *                          a button that saves such an answer as a file
 *   say(text)              tells who can not see the page
 *   fail(error)            shows what went wrong
 */

import classification from "./classification.js";
import generic from "./generic.js";
import saliency from "./saliency.js";
import segmentation from "./segmentation.js";
import superResolution from "./super-resolution.js";

const PANELS = {
  classification,
  parts: segmentation, // its answer has all that one of a segmentation has
  saliency,
  segmentation,
  "super-resolution": superResolution,
};

export const panelOf = (task) => PANELS[task.name] ?? generic;
