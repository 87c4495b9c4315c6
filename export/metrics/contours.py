"""Borders between classes of pixels, as masks: of each class, both sides of its border."""

import numpy as np
from numpy.typing import NDArray

from export.metrics.segmentation import Classes
from export.metrics.soft_boundary import Curve, near


def contours(mask: Classes, classes: int) -> NDArray[np.bool_]:
    """Mark, for each class, both pixels wherever it touches another class: lines 2 pixels wide.

    Pixels touch along rows and columns. Where one of two is void there may or may not be a border,
    and none is marked.

    Args:
        mask: `[H, W]`; any value that is not below `classes` means void.
        classes: how many there are, `C`.

    Returns:
        bool `[C, H, W]`.
    """
    marked = np.zeros((classes, *mask.shape), bool)
    for before, after in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        one, other = mask[before], mask[after]
        differ = (one != other) & (one < classes) & (other < classes)
        for index, plane in enumerate(marked):
            border = differ & ((one == index) | (other == index))
            plane[before] |= border
            plane[after] |= border
    return marked


def of_classes(soft: NDArray[np.float32], mask: Classes, tolerance: float) -> list[Curve]:
    """Compare soft borders of each class with the contours of a mask, by distance.

    Args:
        soft: float32 `[C, H, W]` in 0..1. Where the mask is void nothing is counted as found.
        mask: `[H, W]`.
        tolerance: largest distance, Euclidean and in pixels.

    Returns:
        The curve of each class.
    """
    classes = len(soft)
    known = np.where(mask < classes, soft, np.float32(0))
    pairs = zip(known, contours(mask, classes), strict=True)
    return [near(plane, drawn[None], tolerance) for plane, drawn in pairs]
