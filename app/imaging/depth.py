"""Numbers of any depth as the levels of a picture: 8 bits or 16, of the whole range."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 64
"""Rows that are converted at once: what is computed on the way takes little memory."""


def scaled(values: NDArray[Any], peak: int) -> NDArray[Any]:
    """Whole numbers of 0..peak as 0..255 or, where the peak is above 255, as 0..65535.

    Args:
        values: `[H, ...]`, not negative; what is above the peak counts as the peak.
        peak: what stands for white.

    Returns:
        uint8 or uint16 of the same shape; the values themselves where nothing changes.
    """
    most = 255 if peak <= 255 else 65535
    kind = np.dtype(np.uint8 if peak <= 255 else np.uint16)
    if peak == most:
        return values.astype(kind, copy=False)
    table = ((np.arange(peak + 1) * most + peak // 2) // peak).astype(kind)
    return _by_rows(values, kind, lambda rows: table[np.minimum(rows, peak)])


def unit_to_16(values: NDArray[Any]) -> NDArray[np.uint16]:
    """Floats of 0..1, `[H, ...]`, as 0..65535; what lies outside is cut, what is no number is 0."""
    wide = np.promote_types(values.dtype, np.float32)

    def levels(rows: NDArray[Any]) -> NDArray[Any]:
        known = np.nan_to_num(rows.astype(wide), nan=0.0, posinf=1.0, neginf=0.0)
        rounded: NDArray[Any] = np.rint(np.clip(known, 0, 1) * 65535)
        return rounded

    return _by_rows(values, np.dtype(np.uint16), levels)


def cut(values: NDArray[Any], bits: int) -> NDArray[Any]:
    """Whole numbers, `[H, ...]`, that may be negative or large, cut to 0..255 or 0..65535."""
    most = 255 if bits <= 8 else 65535
    return _by_rows(
        values, np.dtype(np.uint8 if bits <= 8 else np.uint16), lambda rows: np.clip(rows, 0, most)
    )


def straight(samples: NDArray[Any]) -> NDArray[Any]:
    """Colours that were multiplied by alpha, `[H, W, C]` with alpha last, as they were before."""
    peak = np.uint32(255 if samples.dtype == np.uint8 else 65535)

    def divided(rows: NDArray[Any]) -> NDArray[Any]:
        alpha = np.maximum(rows[..., -1:].astype(np.uint32), 1)
        colors = (rows[..., :-1] * peak + alpha // 2) // alpha
        return np.concatenate([np.minimum(colors, peak), rows[..., -1:]], axis=-1)

    return _by_rows(samples, samples.dtype, divided)


def _by_rows(
    values: NDArray[Any], kind: np.dtype[Any], change: Callable[[NDArray[Any]], NDArray[Any]]
) -> NDArray[Any]:
    changed = np.empty(values.shape, kind)
    for start in range(0, len(values), ROWS):
        changed[start : start + ROWS] = change(values[start : start + ROWS])
    return changed
