"""How well soft borders agree with drawn ones at every threshold: ODS, OIS and AP.

The measures are those of the Berkeley benchmark (Arbelaez et al., TPAMI 2011, section 3.2). Which
found pixels are right is decided by distance here; `export.metrics.pairing` pairs pixels as the
benchmark does.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, maximum_filter

THRESHOLDS = np.arange(1, 100) / 100
"""A pixel is found at a threshold if its strength is at least that."""

TOLERANCE = 0.0075
"""Share of a picture's diagonal that a border may be off by the benchmark's custom."""

Counts = NDArray[np.int64]
"""`[T]`, one for each of some thresholds."""


@dataclass(frozen=True)
class Curve:
    """Pixels counted at every threshold, on one picture or, added, on a whole set.

    Attributes:
        found: pixels that are at least as strong as the threshold.
        right: of these, how many agree with an annotator.
        annotated: drawn pixels of all annotators together.
        met: of these, how many agree with a found one.
    """

    found: Counts
    right: Counts
    annotated: Counts
    met: Counts

    def __add__(self, other: Self) -> Self:
        """Count two pictures together, every pixel alike."""
        return type(self)(
            self.found + other.found,
            self.right + other.right,
            self.annotated + other.annotated,
            self.met + other.met,
        )

    def at(self, threshold: int) -> Self:
        """The counts of one threshold, by its place, as a curve of one point."""
        place = slice(threshold, threshold + 1)
        return type(self)(
            self.found[place], self.right[place], self.annotated[place], self.met[place]
        )

    @property
    def precision(self) -> NDArray[np.float64]:
        """Share of the found pixels that are right, 0..1; 0 where nothing was found."""
        return self.right / np.maximum(self.found, 1)

    @property
    def recall(self) -> NDArray[np.float64]:
        """Share of the drawn pixels that were met, 0..1; 0 where nothing is drawn."""
        return self.met / np.maximum(self.annotated, 1)

    @property
    def f1(self) -> NDArray[np.float64]:
        """Harmonic mean of both, 0..1."""
        precision, recall = self.precision, self.recall
        total = precision + recall
        return np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)

    @property
    def best(self) -> int:
        """Place of the threshold with the highest F."""
        return int(self.f1.argmax())


def tolerance(shape: Sequence[int]) -> float:
    """Pixels that a border may be off in a picture `[H, W, ...]`."""
    return TOLERANCE * math.hypot(*shape[:2])


def near(strength: NDArray[np.float32], annotators: NDArray[np.bool_], tolerance: float) -> Curve:
    """Count a found pixel as right, and a drawn one as met, where the other kind is near.

    Args:
        strength: float32 `[H, W]` in 0..1; pixels of 0 are never found.
        annotators: bool `[A, H, W]`, each true on the borders that one person drew.
        tolerance: largest distance, Euclidean and in pixels.
    """
    union = annotators.any(0)
    close = np.zeros(union.shape, bool)
    if union.any():
        close = distance_transform_edt(~union) <= tolerance
    strongest = maximum_filter(strength, footprint=_disc(tolerance), mode="constant")
    drawn = annotators.sum(0)
    return Curve(
        found=_at_least(strength, np.ones(strength.shape)),
        right=_at_least(strength, close),
        annotated=np.full(len(THRESHOLDS), drawn.sum(), np.int64),
        met=_at_least(strongest, drawn),
    )


def summary(
    curves: Sequence[Curve], thresholds: NDArray[np.float64] = THRESHOLDS
) -> dict[str, float]:
    """ODS, OIS and AP of a set from the curves of its pictures.

    Args:
        curves: of all pictures.
        thresholds: at which they were counted.

    Returns:
        `ods`: F at the one threshold that is best for the set, `threshold`; `ois`: F where each
        picture has its own best threshold; `ap`: the area under precision over recall; all 0..1.
    """
    total, chosen = curves[0], curves[0].at(curves[0].best)
    for curve in curves[1:]:
        total, chosen = total + curve, chosen + curve.at(curve.best)
    return {
        "ods": float(total.f1[total.best]),
        "ois": float(chosen.f1[0]),
        "ap": average_precision(total),
        "threshold": float(thresholds[total.best]),
    }


def average_precision(curve: Curve) -> float:
    """Area under precision over recall in steps of one percent of recall, as the benchmark has it.

    Between the points of the curve precision is linear; where recall was never reached it is 0.
    """
    recall, precision = curve.recall[::-1], curve.precision[::-1]  # recall rises
    recall, places = np.unique(recall, return_index=True)
    grid = np.arange(0, 1.005, 0.01)
    values = np.interp(grid, recall, precision[places], left=0, right=0)
    return float(values.sum() / 100)


def _at_least(strength: NDArray[np.float32], weights: NDArray[np.generic]) -> Counts:
    """Sum of the weights of pixels at least as strong as each threshold."""
    # A hair below, so that a strength that is the threshold in single precision counts.
    places = np.searchsorted(THRESHOLDS - 1e-6, strength.ravel(), side="right")
    counts = np.bincount(places, weights.ravel().astype(np.float64), len(THRESHOLDS) + 1)
    return np.cumsum(counts[::-1])[::-1][1:].round().astype(np.int64)


def _disc(radius: float) -> NDArray[np.bool_]:
    reach = int(radius)
    rows, columns = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    disc: NDArray[np.bool_] = rows**2 + columns**2 <= radius**2
    return disc
