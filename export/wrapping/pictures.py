"""Pictures with fixed seeds that networks are tried with."""

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

COARSE = 16
"""Sides of the squares in pictures that are not all noise; networks see colours in them."""


def pictures(count: int, height: int, width: int, *, unit: bool) -> NDArray[Any]:
    """Noise and coarse squares by turns, all different.

    Args:
        count: how many.
        height: of each.
        width: of each.
        unit: float32 in 0..1 instead of uint8 in 0..255.

    Returns:
        `[count, height, width, 3]`.
    """
    random = np.random.default_rng(zlib.crc32(f"{count} {height} {width}".encode()))
    made = random.integers(0, 256, (count, height, width, 3), np.uint8)
    squares = made[1::2, : -(-height // COARSE), : -(-width // COARSE)]
    made[1::2] = squares.repeat(COARSE, 1).repeat(COARSE, 2)[:, :height, :width]
    return made.astype(np.float32) / np.float32(255) if unit else made
