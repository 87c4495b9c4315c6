"""Soft borders thinned to one pixel, as the boundary benchmark does before it counts pixels."""

import numpy as np
from numpy.typing import NDArray

Strength = NDArray[np.float32]
"""`[H, W]`, 0..1: how sure it is that a border runs through the pixel."""

SMOOTHING = 4
"""Radius in pixels of the triangle filter that the direction of a border is taken from."""

LENIENCE = 1.01
"""A pixel stays if its neighbours across the border are less than this many times as strong."""

_Array = NDArray[np.float64]


def thin(strength: Strength) -> Strength:
    """Keep a pixel where it is the strongest across the border, and make all others 0.

    Non-maximum suppression over one pixel each way, as is done to edge maps since Canny (TPAMI
    1986). Across is the direction in which the smoothed map bends most, down on a ridge and up on
    its flanks: that of its Hessian's largest eigenvalue. Dollar and Zitnick (ICCV 2013) estimate it
    alike. Within `SMOOTHING` pixels of the picture's edge it is less certain.

    Args:
        strength: float32 `[H, W]`, at least 0.

    Returns:
        float32 `[H, W]`: the map's own value where a pixel stays.
    """
    values = np.asarray(strength, np.float64)
    across = _across(_smoothed(values))
    limit = values * LENIENCE
    stays = (limit >= _shifted(values, across, 1.0)) & (limit >= _shifted(values, across, -1.0))
    return np.where(stays, strength, np.float32(0))


def _smoothed(values: _Array) -> _Array:
    """A triangle filter of radius `SMOOTHING` along both axes, borders repeated."""
    rising = np.arange(1, SMOOTHING + 2, dtype=np.float64)
    taps = np.concatenate((rising, rising[-2::-1]))
    taps /= taps.sum()
    for axis in (0, 1):
        width = [(0, 0), (0, 0)]
        width[axis] = (SMOOTHING, SMOOTHING)
        wide = np.pad(values, width, mode="edge")
        length = values.shape[axis]
        parts = (
            tap * wide.take(range(start, start + length), axis) for start, tap in enumerate(taps)
        )
        values = np.sum(list(parts), axis=0)
    return values


def _across(smooth: _Array) -> tuple[_Array, _Array]:
    """Unit vectors `(y, x)` of every pixel along which the map bends most."""
    wide = np.pad(smooth, 1, mode="edge")
    middle = wide[1:-1, 1:-1]
    yy = wide[2:, 1:-1] + wide[:-2, 1:-1] - 2 * middle
    xx = wide[1:-1, 2:] + wide[1:-1, :-2] - 2 * middle
    xy = (wide[2:, 2:] + wide[:-2, :-2] - wide[2:, :-2] - wide[:-2, 2:]) / 4
    # The direction of the higher eigenvalue of the Hessian; that of the lower is a quarter turn
    # away, and where the sum of both is below 0 it is the lower one that is larger.
    angle = np.arctan2(2 * xy, xx - yy) / 2 + np.where(xx + yy < 0, np.pi / 2, 0.0)
    return np.sin(angle), np.cos(angle)


def _shifted(values: _Array, direction: tuple[_Array, _Array], by: float) -> _Array:
    """The map at places `by` pixels away from each pixel, bilinearly, borders repeated."""
    height, width = values.shape
    wide = np.pad(values, 1, mode="edge")
    rows = np.arange(1, height + 1)[:, None] + by * direction[0]
    columns = np.arange(1, width + 1)[None, :] + by * direction[1]
    top = np.clip(np.floor(rows).astype(np.intp), 0, height)
    left = np.clip(np.floor(columns).astype(np.intp), 0, width)
    down, right = rows - top, columns - left
    upper = wide[top, left] * (1 - right) + wide[top, left + 1] * right
    lower = wide[top + 1, left] * (1 - right) + wide[top + 1, left + 1] * right
    return upper * (1 - down) + lower * down
