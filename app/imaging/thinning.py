"""Thin lines of thick ones: of a map of strengths only what is strongest across the line."""

import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]

SMOOTH = 4
"""Pixels to each side over which directions are smoothed."""

BORDER = SMOOTH + 3
"""Pixels around a map that a pixel in it is compared with, at most."""

PIXELS = 2**20
"""Pixels that are looked at at once: some ten numbers are computed for each."""

TIE = 1.01
"""How many times its neighbour's strength a pixel may be short of: flat tops are not torn."""


def thinned(strengths: Map) -> Map:
    """Set to 0 what has a stronger neighbour across its line, as structured edges do before the
    boundary benchmark (Dollár and Zitnick, "Fast Edge Detection Using Structured Forests", PAMI
    37(8), 2015; `edgesNms` with radius 1).

    The direction across is that in which the smoothed strengths curve most.

    Args:
        strengths: float32 `[H, W]`, 0 or more.
    """
    # Reflected at a point, lines go on beyond the border in the direction that they have.
    going_on = np.pad(strengths, BORDER, mode="reflect", reflect_type="odd")
    made = np.empty_like(strengths)
    rows = max(1, PIXELS // strengths.shape[1])
    for top in range(0, len(strengths), rows):
        band = strengths[top : top + rows]
        kept = _strongest(going_on[top : top + len(band) + 2 * BORDER])
        made[top : top + rows] = np.where(kept, band, np.float32(0))
    return made


def _strongest(going_on: Map) -> NDArray[np.bool_]:
    """Where no pixel across is stronger, of all that lies `BORDER` pixels within the map."""
    height, width = going_on.shape
    normal = _across(_smoothed(going_on, SMOOTH))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    dx, dy = np.cos(normal), np.sin(normal)
    smooth = _smoothed(going_on, 1)
    beside = np.maximum(_at(smooth, x + dx, y + dy), _at(smooth, x - dx, y - dy))
    within = np.s_[BORDER:-BORDER, BORDER:-BORDER]
    return (smooth * np.float32(TIE) >= beside)[within]


def _across(smooth: Map) -> Map:
    """The angle of largest curvature, in radians from the x axis downwards.

    On a ridge it is negative, on its flanks positive, and across in both.
    """
    dy, dx = np.gradient(smooth)
    dxy, dxx = np.gradient(dx)
    dyy = np.gradient(dy, axis=0)
    # Of the Hessian's eigenvectors, which are at right angles, that of the larger magnitude.
    largest: Map = 0.5 * np.arctan2(2 * dxy, dxx - dyy)
    return np.where(dxx + dyy < 0, largest + np.float32(np.pi / 2), largest)


def _smoothed(plane: Map, radius: int) -> Map:
    """Convolve with a triangle each way, borders repeated."""
    weights = np.bartlett(2 * radius + 3)[1:-1].astype(np.float32)
    weights /= weights.sum()
    for axis in (0, 1):
        padding = [(radius, radius) if axis == side else (0, 0) for side in (0, 1)]
        padded = np.pad(plane, padding, mode="edge")
        length = plane.shape[axis]
        parts = (
            weight * np.take(padded, range(start, start + length), axis)
            for start, weight in enumerate(weights)
        )
        plane = sum(parts, start=np.zeros_like(plane))
    return plane


def _at(plane: Map, x: Map, y: Map) -> Map:
    """Interpolate bilinearly; beyond the border is the border."""
    height, width = plane.shape
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    across, down = x - left, y - top
    upper = plane[top, left] * (1 - across) + plane[top, right] * across
    lower = plane[bottom, left] * (1 - across) + plane[bottom, right] * across
    found: Map = upper * (1 - down) + lower * down
    return found
