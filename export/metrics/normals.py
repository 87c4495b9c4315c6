"""How far surface normals are off, in degrees (Eigen and Fergus, ICCV 2015, section 5.2)."""

import numpy as np
from numpy.typing import NDArray

Normals = NDArray[np.float32]
"""`[H, W, 3]` of any length; zero where it is not known."""

SHARES = (11.25, 22.5, 30.0)
"""Degrees below which the field counts pixels."""


def angles(found: Normals, known: Normals) -> NDArray[np.float64]:
    """Degrees between found and known normals, `[n]`: 0..180, of the pixels that are known."""
    where = known.any(2)
    a, b = found[where].astype(np.float64), known[where].astype(np.float64)
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    cosines = (a * b).sum(1) / np.maximum(lengths, 1e-12)
    degrees: NDArray[np.float64] = np.degrees(np.arccos(cosines.clip(-1, 1)))
    return degrees


def summary(degrees: NDArray[np.float64]) -> dict[str, float]:
    """`mean_angle`, `median_angle`, and the shares `below_11.25`, `below_22.5` and `below_30`."""
    return {
        "mean_angle": float(degrees.mean()),
        "median_angle": float(np.median(degrees)),
        **{f"below_{limit:g}": float((degrees < limit).mean()) for limit in SHARES},
    }
