"""How well boxes are found: COCO's average precision, by pycocotools."""

import contextlib
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

Truth = tuple[NDArray[np.float32], NDArray[np.int64]]
"""Boxes `[n, 4]` (left, upper, right, lower) of a picture and their classes `[n]`."""

Found = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]
"""Boxes `[n, 4]`, scores `[n]` and classes `[n]`."""

MOST = 300
"""Objects of a picture that count; COCO's own 100 are too few for a car park."""


def average_precision(
    truth: Sequence[Truth], found: Sequence[Found], labels: Sequence[str]
) -> dict[str, float]:
    """Average precision as COCO defines it (Lin et al., ECCV 2014): 101 points of recall.

    Args:
        truth: of each picture.
        found: likewise, in the same order.
        labels: names of the classes.

    Returns:
        `ap` is the mean over overlaps of 0.50 to 0.95 and over the classes that occur, `ap50` that
        at an overlap of 0.50, and `ap50_LABEL` those of each class that occurs.
    """
    with contextlib.redirect_stdout(io.StringIO()):  # pycocotools prints its progress
        known = COCO()
        known.dataset = _dataset(truth, labels)
        known.createIndex()
        answers = COCO()
        answers.dataset = _dataset([(boxes, kinds) for boxes, _, kinds in found], labels)
        scores = [float(score) for _, values, _ in found for score in values]
        for annotation, score in zip(answers.dataset["annotations"], scores, strict=True):
            annotation["score"] = score
        answers.createIndex()
        measured = COCOeval(known, answers, "bbox")
        measured.params.maxDets = [MOST]
        measured.params.areaRng, measured.params.areaRngLbl = [[0, 1e10]], ["all"]
        measured.evaluate()
        measured.accumulate()
    # Overlaps, points of recall, classes; -1 where a class does not occur.
    precision = measured.eval["precision"][:, :, :, 0, 0]
    each = {
        f"ap50_{label}": float(precision[0, :, index].mean())
        for index, label in enumerate(labels)
        if precision[0, 0, index] >= 0
    }
    occurring = precision[:, :, precision[0, 0] >= 0]
    return {"ap": float(occurring.mean()), "ap50": float(occurring[0].mean()), **each}


def _dataset(pictures: Sequence[Truth], labels: Sequence[str]) -> dict[str, object]:
    """Pictures as COCO's files describe them; identities begin at 1, 0 would match nothing."""
    annotations = [
        {
            "id": 0,
            "image_id": picture,
            "category_id": int(kind),
            "bbox": [float(x0), float(y0), float(x1 - x0), float(y1 - y0)],
            "area": float((x1 - x0) * (y1 - y0)),
            "iscrowd": 0,
        }
        for picture, (boxes, kinds) in enumerate(pictures)
        for (x0, y0, x1, y1), kind in zip(boxes, kinds, strict=True)
    ]
    for number, annotation in enumerate(annotations, start=1):
        annotation["id"] = number
    return {
        "images": [{"id": picture} for picture in range(len(pictures))],
        "categories": [{"id": index, "name": label} for index, label in enumerate(labels)],
        "annotations": annotations,
    }
