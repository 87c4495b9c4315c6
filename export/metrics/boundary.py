"""How well thin lines agree, where a pixel or two beside the line is as good as on it.

An annotator's line is itself a pixel or two off, so boundaries (Martin et al., TPAMI 2004) and
cracks (Shi et al., T-ITS 2016) are compared with a tolerance. Unlike in the former, pixels are not
paired: one annotated pixel may prove several found ones right.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

Line = NDArray[np.bool_]
"""`[H, W]`, true on the line."""


@dataclass(frozen=True)
class Matches:
    """Pixels counted on one picture, or, added, on a whole set.

    Attributes:
        found: pixels that the model calls line.
        right: of these, how many lie near an annotated one.
        annotated: pixels that the annotator calls line.
        met: of these, how many lie near a found one.
    """

    found: int
    right: int
    annotated: int
    met: int

    def __add__(self, other: Self) -> Self:
        """Count two pictures together, every pixel alike."""
        return type(self)(
            self.found + other.found,
            self.right + other.right,
            self.annotated + other.annotated,
            self.met + other.met,
        )

    @property
    def precision(self) -> float:
        """Share of the found pixels that are right, 0..1; 0 where nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the annotated pixels that were met, 0..1; 0 where nothing is annotated."""
        return self.met / self.annotated if self.annotated else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both, 0..1."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def match(found: Line, annotated: Line, tolerance: float) -> Matches:
    """Compare two lines both ways.

    Args:
        found: bool `[H, W]`.
        annotated: the same.
        tolerance: largest distance, Euclidean and in pixels, that counts as on the line.
    """
    return Matches(
        found=int(np.count_nonzero(found)),
        right=_near(found, annotated, tolerance),
        annotated=int(np.count_nonzero(annotated)),
        met=_near(annotated, found, tolerance),
    )


def _near(pixels: Line, line: Line, tolerance: float) -> int:
    if not line.any():  # there is no distance to nothing; scipy would invent one
        return 0
    distances: NDArray[np.float64] = distance_transform_edt(~line)
    return int(np.count_nonzero(pixels & (distances <= tolerance)))
