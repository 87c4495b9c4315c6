"""How well the classes of pixels agree, from one confusion matrix over all pixels of a set."""

import numpy as np
from numpy.typing import NDArray

Classes = NDArray[np.uint8]
"""`[H, W]`: index of a class for each pixel."""

Confusion = NDArray[np.int64]
"""`[C, C + 1]`: pixels by annotated class (row) and found class (column); in the last column are
those that were given none of the classes."""


def confusion(annotated: Classes, found: Classes, classes: int) -> Confusion:
    """Count the pixels of one picture; matrices of several pictures are added.

    Args:
        annotated: any value that is not below `classes` means void: the pixel is not counted.
        found: any value that is not below `classes` is a wrong answer.
        classes: how many there are, `C`.

    Returns:
        int64 `[C, C + 1]`.
    """
    known = annotated < classes
    rows = annotated[known].astype(np.int64)
    columns = np.minimum(found[known].astype(np.int64), classes)
    counts = np.bincount(rows * (classes + 1) + columns, minlength=classes * (classes + 1))
    return counts.reshape(classes, classes + 1).astype(np.int64)


def iou(matrix: Confusion) -> NDArray[np.float64]:
    """Intersection over union of each class (Jaccard; PASCAL VOC, Everingham et al. 2010, 4.3).

    Args:
        matrix: int64 `[C, C + 1]`.

    Returns:
        float64 `[C]` in 0..1; NaN for a class that is neither annotated nor found, which has no
        union. The mean IoU of a set is the mean over its other classes.
    """
    common = matrix.diagonal().astype(np.float64)
    union = matrix.sum(1) + matrix[:, :-1].sum(0) - common
    each = np.full(len(common), np.nan)
    np.divide(common, union, out=each, where=union > 0)
    return each


def pixel_accuracy(matrix: Confusion) -> float:
    """Share of the annotated pixels that were given the right class, 0..1."""
    return float(matrix.diagonal().sum() / matrix.sum())
