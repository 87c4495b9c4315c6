"""The protocol of a crack detection: precision and recall within two pixels."""

import numpy as np

from app.runtime.model import Model
from export.datasets.masks import CRACKS, Masked
from export.evaluate.answers import answers, silent
from export.metrics.boundary import Matches, match
from export.metrics.segmentation import confusion, iou
from export.recipe import Say

CRACK = CRACKS.index("crack")

TOLERANCE = 2
"""Pixels that a crack may be off; cracks are but a few pixels wide."""


def cracks(model: Model, masked: Masked, say: Say = silent) -> dict[str, float]:
    """Segment every picture and compare its crack with the annotated one.

    Args:
        model: a segmentation into `CRACKS`.
        masked: pictures and the class of every pixel.
        say: told how far it is.

    Returns:
        `f1_2px`, `precision_2px` and `recall_2px` with the tolerance, over all pixels of all
        pictures; `iou` of the crack without any; all in 0..1; and `pictures`.
    """
    classes = len(CRACKS)
    matches = Matches(0, 0, 0, 0)
    matrix = np.zeros((classes, classes + 1), np.int64)
    results = answers(model, masked.pictures, say)
    for annotated, result in zip(masked.masks, results, strict=True):
        matches += match(result.classes == CRACK, annotated == CRACK, TOLERANCE)
        matrix += confusion(annotated, result.classes, classes)
    return {
        f"f1_{TOLERANCE}px": matches.f1,
        f"precision_{TOLERANCE}px": matches.precision,
        f"recall_{TOLERANCE}px": matches.recall,
        "iou": float(np.nan_to_num(iou(matrix)[CRACK])),
        "pictures": len(masked.pictures),
    }
