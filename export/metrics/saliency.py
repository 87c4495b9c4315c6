"""How well a map tells where people looked (Bylinskii et al., TPAMI 2019, section 3)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Map = NDArray[Any]
"""`[h, w]`, any range; higher where more is expected."""

Points = NDArray[np.float64]
"""`[n, 2]`: x and y of fixations in pixels of the map, those outside of it are not counted."""


def nss(found: Map, fixations: Points) -> float:
    """Normalised scanpath saliency: mean, at the fixations, of the map in standard deviations.

    Chance gives 0. A flat map, which says nothing, gives 0, too.
    """
    return float(_at(_standard(found), fixations).mean())


def cc(found: Map, density: Map) -> float:
    """Pearson's correlation of two maps of one size, in -1..1; a flat map has 0."""
    return float((_standard(found) * _standard(density)).mean())


def kld(found: Map, density: Map) -> float:
    """Kullback-Leibler divergence of the map from the density, both made to sum to 1; >= 0."""
    p, q = _distribution(density), _distribution(found)
    epsilon = np.finfo(np.float32).eps
    return float((p * np.log(epsilon + p / (q + epsilon))).sum())


def sim(found: Map, density: Map) -> float:
    """Similarity: the common part of both maps, each made to sum to 1; 0..1."""
    return float(np.minimum(_distribution(found), _distribution(density)).sum())


def auc_judd(found: Map, fixations: Points) -> float:
    """Area under the curve of hits at fixations against false alarms at all other pixels.

    Judd et al. 2009, with every pixel that is not fixated as a negative. This is the exact area:
    equal values count half, so a flat map has 0.5, and all fixations count, also those on one
    pixel. Judd's own code draws straight lines between the thresholds at fixations, which adds
    about half a fixation's share (0.003 on OSIE).
    """
    levels = np.asarray(found, np.float64)
    hit = np.zeros(levels.shape, bool)
    columns, rows = _cells(fixations, levels.shape)
    hit[rows, columns] = True
    positives, negatives = np.sort(levels[rows, columns]), np.sort(levels[~hit])
    below = np.searchsorted(negatives, positives, "left")
    up_to = np.searchsorted(negatives, positives, "right")
    return float((below + up_to).mean() / 2 / len(negatives))


def _at(levels: NDArray[np.float64], fixations: Points) -> NDArray[np.float64]:
    columns, rows = _cells(fixations, levels.shape)
    return levels[rows, columns]


def _cells(
    fixations: Points, shape: tuple[int, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    columns, rows = np.floor(fixations).astype(np.int64).T
    inside = (columns >= 0) & (columns < shape[1]) & (rows >= 0) & (rows < shape[0])
    return columns[inside], rows[inside]


def _standard(values: Map) -> NDArray[np.float64]:
    centred: NDArray[np.float64] = np.asarray(values, np.float64) - np.mean(values)
    deviation = centred.std()
    return centred / deviation if deviation > 0 else centred


def _distribution(values: Map) -> NDArray[np.float64]:
    positive: NDArray[np.float64] = np.asarray(values, np.float64) - min(0, float(np.min(values)))
    total = positive.sum()
    return positive / total if total > 0 else np.full(positive.shape, 1 / positive.size)
