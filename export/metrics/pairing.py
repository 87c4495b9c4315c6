"""Soft borders against drawn ones, pixel by pixel: none may prove two others right.

The Berkeley benchmark (Martin et al., TPAMI 2004, appendix B) pairs found and drawn pixels that lie
within a tolerance so that the cost of an assignment is least. Here as many as possible are paired
(Hopcroft and Karp 1973, in scipy), whatever their distance: counts may be a few pixels higher.
As in the benchmark's code, what is found at a threshold is thinned once more by morphology (Guo and
Hall 1989, in scikit-image), since of a border two pixels wide only one could be paired.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.spatial import cKDTree
from skimage.morphology import thin

from export.metrics.soft_boundary import THRESHOLDS, Curve

COARSE = THRESHOLDS[2::3]
"""Thresholds at which pixels are paired: 33 of them, since each takes a while."""


def one_to_one(
    strength: NDArray[np.float32],
    annotators: NDArray[np.bool_],
    tolerance: float,
    thresholds: NDArray[np.float64] = COARSE,
) -> Curve:
    """Pair found and drawn pixels at every threshold, with each annotator by themselves.

    A found pixel is right if it is paired with anybody's; each annotator's pixels are met or not.

    Args:
        strength: float32 `[H, W]` in 0..1, thinned; pixels of 0 are never found.
        annotators: bool `[A, H, W]`, each true on the borders that one person drew.
        tolerance: largest distance of a pair, Euclidean and in pixels.
        thresholds: rising.
    """
    places = np.argwhere(strength > 0)
    # A hair below, so that a strength that is the threshold in single precision counts.
    found = np.array([_thin(strength >= level - 1e-6)[tuple(places.T)] for level in thresholds])
    right = np.zeros(found.shape, bool)
    met = np.zeros(len(thresholds), np.int64)
    for drawn in annotators:
        near = _near(places, np.argwhere(drawn), tolerance)
        for index, rows in enumerate(found):
            if near.shape[1] and rows.any():
                pairs = maximum_bipartite_matching(near[rows], perm_type="column")
                right[index, rows] |= pairs >= 0
                met[index] += np.count_nonzero(pairs >= 0)
    return Curve(
        found=found.sum(1, dtype=np.int64),
        right=right.sum(1, dtype=np.int64),
        annotated=np.full(len(thresholds), np.count_nonzero(annotators), np.int64),
        met=met,
    )


def _thin(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    lines: NDArray[np.bool_] = thin(found)  # type: ignore[no-untyped-call]
    return lines


def _near(
    found: NDArray[np.int64], drawn: NDArray[np.int64], tolerance: float
) -> csr_array[np.int8, tuple[int, int]]:
    """Which found pixels (rows) are near which drawn ones (columns), the nearest of each row first.

    scipy tries them in this order, and has hardly anything to mend then: in any other order it took
    ten seconds and more for some maps.
    """
    pairs = cKDTree(found).sparse_distance_matrix(
        cKDTree(drawn), tolerance + 1e-9, output_type="ndarray"
    )
    pairs = pairs[np.lexsort((pairs["v"], pairs["i"]))]
    starts = np.searchsorted(pairs["i"], np.arange(len(found) + 1)).astype(np.int32)
    ones = np.ones(len(pairs), np.int8)
    columns = pairs["j"].astype(np.int32)
    return csr_array((ones, columns, starts), shape=(len(found), len(drawn)))
