"""The protocol of semantic boundaries: F of each class's borders within two pixels."""

from collections.abc import Iterable
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from export.datasets.masks import Masked
from export.metrics.contours import contours, of_classes
from export.metrics.soft_boundary import THRESHOLDS, Curve

TOLERANCE = 2
"""Pixels that a border may be off."""

HALF = int(np.searchsorted(THRESHOLDS, 0.5))


def semantic_boundaries(found: Iterable[NDArray[np.float32]], masked: Masked) -> dict[str, float]:
    """Compare the soft borders of every class with the contours of the annotated mask.

    Both sides of a contour are drawn, and nothing is thinned: any found pixel within `TOLERANCE`
    of a drawn one is right. Pixels are counted over all pictures, each class by itself.

    Args:
        found: float32 `[C, H, W]` in 0..1 of each picture, at its size.
        masked: the pictures and the class of every pixel.

    Returns:
        `f1_2px`: mean over the classes at a threshold of one half, and `f1_2px/<class>`; `best` at
        the one threshold that is best, which is `threshold`; `mf`: where each class has its own
        best one (Hariharan et al., ICCV 2011); and `pictures`.
    """
    totals = _totals(found, masked)
    each = np.stack([total.f1 for total in totals])
    best = int(each.mean(0).argmax())
    by_class = zip(masked.classes, each[:, HALF].tolist(), strict=True)
    return {
        f"f1_{TOLERANCE}px": float(each[:, HALF].mean()),
        "best": float(each[:, best].mean()),
        "threshold": float(THRESHOLDS[best]),
        "mf": float(each.max(1).mean()),
        **{f"f1_{TOLERANCE}px/{name}": value for name, value in by_class},
        "pictures": len(masked.pictures),
    }


def contour_f1(found: Iterable[NDArray[np.uint8]], masked: Masked) -> float:
    """Class-mean F of the contours of found masks `[H, W]`, measured alike."""
    classes = len(masked.classes)
    drawn = (contours(mask, classes).astype(np.float32) for mask in found)
    return float(np.mean([total.f1[HALF] for total in _totals(drawn, masked)]))


def _totals(found: Iterable[NDArray[np.float32]], masked: Masked) -> list[Curve]:
    pairs = zip(found, masked.masks, strict=True)
    curves = [of_classes(soft, mask, TOLERANCE) for soft, mask in pairs]
    return [reduce(add, of_class) for of_class in zip(*curves, strict=True)]
