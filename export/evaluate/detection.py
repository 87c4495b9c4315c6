"""The protocol of a detection: COCO's average precision over all pictures of a set."""

import numpy as np

from app.runtime.model import Model
from export.datasets.boxes import Boxed
from export.evaluate.answers import answers, silent
from export.metrics.detection import average_precision
from export.recipe import Say


def detection(model: Model, boxed: Boxed, say: Say = silent) -> dict[str, float]:
    """Detect in every picture, and count objects of every score: the metric weighs them itself.

    Args:
        model: a detection whose labels are the classes of the pictures.
        boxed: pictures and their objects.
        say: told how far it is.

    Returns:
        `ap`, `ap50` and `ap50/<class>` in 0..1, and `pictures`. A class that does not occur is
        missing.
    """
    found = []
    for result in answers(model, boxed.pictures, say, min_score=0.0):
        one = result.found
        found.append((one.boxes, one.scores, one.classes.astype(np.int64)))
    precision = average_precision(boxed.objects, found, boxed.classes)
    named = {name.replace("ap50_", "ap50/"): value for name, value in precision.items()}
    return {**named, "pictures": len(boxed.pictures)}
