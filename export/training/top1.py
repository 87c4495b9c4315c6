"""How often a network in training gives the right class its highest logit."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from torch import nn

from export.datasets.archive import Pixels
from export.metrics.classification import accuracy
from export.training.pictures import IMAGENET_MEAN, IMAGENET_STD, normalise

BATCH = 100


def top1(
    model: nn.Module,
    pictures: Pixels,
    labels: NDArray[np.int64],
    mean: Sequence[float] = IMAGENET_MEAN,
    std: Sequence[float] = IMAGENET_STD,
) -> float:
    """Share of pictures whose highest logit is the right class, 0..1.

    Args:
        model: takes normalised pictures, in evaluation mode.
        pictures: uint8 `[N, H, W, 3]`.
        labels: int64 `[N]`.
        mean: of red, green and blue.
        std: likewise.
    """
    found = [
        model(normalise(pictures[start : start + BATCH], mean, std)).argmax(1).numpy()
        for start in range(0, len(labels), BATCH)
    ]
    return accuracy(np.concatenate(found), labels)
