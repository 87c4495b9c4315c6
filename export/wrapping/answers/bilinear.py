"""Bilinear interpolation by numpy, pixel centres at halves and edges repeated."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def bilinear(maps: NDArray[Any], height: int, width: int) -> NDArray[Any]:
    """Maps `[N, C, h, w]` at other sides, as ONNX's `Resize` has it in mode linear, half_pixel."""
    down, across = _weights(maps.shape[2], height), _weights(maps.shape[3], width)
    resized: NDArray[Any] = down @ maps @ across.T
    return resized


def _weights(given: int, wanted: int) -> NDArray[np.float64]:
    """What each of the `given` samples has in each of the `wanted` ones, `[wanted, given]`."""
    places = ((np.arange(wanted) + 0.5) * given / wanted - 0.5).clip(0, given - 1)
    weights: NDArray[np.float64] = np.maximum(0, 1 - np.abs(places[:, None] - np.arange(given)))
    return weights
