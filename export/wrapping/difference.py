"""How far two answers to the same picture are apart, and how far they may be."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-4
"""Largest difference allowed, in scores, in colours of 0..1, and as a share of larger values."""

SAME_CLASSES = 0.999
"""Share of pixels that must get the same class; where two are equally likely, rounding decides."""


def difference(expected: NDArray[Any], found: NDArray[Any]) -> float:
    """Largest absolute difference, relative to the largest expected value where that is over 1.

    Of whole numbers, which are classes, it is 0 if at least `SAME_CLASSES` are the same.
    """
    if expected.shape != found.shape:
        return float("inf")
    if np.issubdtype(expected.dtype, np.integer):
        return 0.0 if np.mean(expected == found) >= SAME_CLASSES else float("inf")
    scale = max(1.0, float(np.abs(expected).max()))
    worst = float(np.abs(expected - found).max()) / scale
    return worst if np.isfinite(worst) else float("inf")
