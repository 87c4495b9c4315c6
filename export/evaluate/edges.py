"""The protocol of edges: ODS, OIS and AP against what several people drew (BSDS500)."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from app.imaging.thinning import thinned
from export.datasets.outlines import Outlined
from export.metrics import pairing, soft_boundary


def edges(found: Iterable[NDArray[np.float32]], outlined: Outlined) -> dict[str, float]:
    """Thin every map and compare it with all annotators.

    Args:
        found: float32 `[H, W]` in 0..1 of each picture, at its size.
        outlined: the pictures and what people drew.

    Returns:
        `ods`, `ois`, `ap` and the `threshold` of the first, pixels paired one to one (see
        `export.metrics.pairing`); the same with `_near`, where a pixel is right if it is within
        the tolerance of a drawn one; and `pictures`.
    """
    paired, near = [], []
    for strength, annotators in zip(found, outlined.annotators, strict=True):
        tolerance = soft_boundary.tolerance(strength.shape)
        thin = thinned(strength)
        paired.append(pairing.one_to_one(thin, annotators, tolerance))
        near.append(soft_boundary.near(thin, annotators, tolerance))
    by_distance = soft_boundary.summary(near)
    return {
        **soft_boundary.summary(paired, pairing.COARSE),
        **{f"{name}_near": value for name, value in by_distance.items()},
        "pictures": len(outlined.pictures),
    }
