"""The protocol of a segmentation: intersection over union of classes over all pixels of a set."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from app.runtime.model import Model
from export.datasets.masks import Masked
from export.evaluate.answers import answers, silent
from export.metrics.segmentation import confusion, iou, pixel_accuracy
from export.recipe import Say


def segmentation(model: Model, masked: Masked, say: Say = silent) -> dict[str, float]:
    """Segment every picture and count all pixels but void in one confusion matrix.

    Args:
        model: a segmentation whose labels are the classes of the pictures.
        masked: pictures and the class of every pixel.
        say: told how far it is.

    Returns:
        `miou`, `pixel_accuracy` and `iou/<class>` in 0..1, and `pictures`. A class that is
        neither annotated nor found anywhere has no IoU and is missing.
    """
    results = answers(model, masked.pictures, say)
    return shares((result.classes for result in results), masked)


def shares(found: Iterable[NDArray[np.uint8]], masked: Masked) -> dict[str, float]:
    """The same of masks `[H, W]` that are already there."""
    classes = len(masked.classes)
    matrix = np.zeros((classes, classes + 1), np.int64)
    for annotated, mask in zip(masked.masks, found, strict=True):
        matrix += confusion(annotated, mask, classes)
    each = iou(matrix)
    by_class = zip(masked.classes, each.tolist(), strict=True)
    return {
        "miou": float(np.nanmean(each)),
        "pixel_accuracy": pixel_accuracy(matrix),
        **{f"iou/{name}": value for name, value in by_class if not np.isnan(value)},
        "pictures": len(masked.pictures),
    }
