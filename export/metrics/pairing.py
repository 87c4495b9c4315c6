"""Soft borders against drawn ones, pixel by pixel: none may prove two others right.

The Berkeley benchmark (Martin et al., TPAMI 2004, appendix B) pairs found and drawn pixels that
lie within a tolerance so that the cost of an assignment is least: the distances of pairs, and much
for a found pixel that has none. So is it done here, by Jonker and Volgenant's algorithm for sparse
costs (in scipy); the most pairs, whatever their distance, took minutes for some maps. As in the
benchmark's code, what is found at a threshold is thinned once more by morphology (Guo and Hall
1989, in scikit-image), since of a border two pixels wide only one could be paired.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
from scipy.spatial import cKDTree
from skimage.morphology import thin

from export.metrics.soft_boundary import THRESHOLDS, Curve

COARSE = THRESHOLDS[4::6]
"""Thresholds at which pixels are paired: 16 of them, since each takes a while."""

OUTLIER = 100.0
"""Cost of a found pixel without a partner, in pixels; the benchmark's own is 100 tolerances."""


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
                paired = _paired(near[rows])
                right[index, rows] |= paired
                met[index] += np.count_nonzero(paired)
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
) -> csr_array[np.float64, tuple[int, int]]:
    """The distance, and 1, of found pixels (rows) from those drawn (columns) that are near."""
    pairs = cKDTree(found).sparse_distance_matrix(
        cKDTree(drawn), tolerance + 1e-9, output_type="ndarray"
    )
    costs = pairs["v"] + 1  # 0 would mean that there is no way
    return csr_array((costs, (pairs["i"], pairs["j"])), shape=(len(found), len(drawn)))


def _paired(near: csr_array[np.float64, tuple[int, int]]) -> NDArray[np.bool_]:
    """Which rows have a partner."""
    rows, columns = near.shape
    # Each row may also be paired with a column of its own, which nobody drew.
    alone = diags_array(np.full(rows, OUTLIER))
    chosen, partners = min_weight_full_bipartite_matching(hstack([near, alone]).tocsr())
    paired = np.zeros(rows, bool)
    paired[chosen] = partners < columns
    return paired
