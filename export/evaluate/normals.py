"""The protocol of normals: angles to known ones over all pixels of a set."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from export.datasets.rooms import Surfaces
from export.metrics.normals import angles, summary


def normals(found: Iterable[NDArray[np.float32]], surfaces: Surfaces) -> dict[str, float]:
    """Compare every pixel whose normal is known.

    Args:
        found: float32 `[H, W, 3]` of each picture, at its size.
        surfaces: the pictures and their normals.

    Returns:
        `mean_angle` and `median_angle` in degrees, the shares `below_11.25`, `below_22.5` and
        `below_30`, and `pictures`.
    """
    pairs = zip(found, surfaces.normals, strict=True)
    degrees = np.concatenate([angles(one, known) for one, known in pairs])
    return {**summary(degrees), "pictures": len(surfaces.pictures)}
