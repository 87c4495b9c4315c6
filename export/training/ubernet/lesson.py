"""What one head of an UberNet learns from: pictures, a loss, and a measure of how far it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from export.datasets.archive import Pixels

Answer = Callable[[Pixels], Tensor]
"""The head's logits `[N, C, h, w]` of pictures uint8 `[N, H, W, 3]` whose sides are multiples of
32."""

WIDTH, HEIGHT = 480, 352
"""Longest side of the pictures that the network is served with, and a usual shorter one."""


@dataclass(frozen=True)
class Lesson:
    """One head's data and aim.

    Attributes:
        outputs: channels of the head.
        loss: of a batch that is drawn with the generator and answered.
        validate: metrics on held-out pictures.
        steps: of the head's own training, on features that stay as they are.
        rate: peak learning rate.
    """

    outputs: int
    loss: Callable[[Answer, np.random.Generator], Tensor]
    validate: Callable[[Answer], Mapping[str, float]]
    steps: int
    rate: float = 3e-3


def padded(picture: Pixels) -> Pixels:
    """A batch `[1, h, w, 3]` of one picture, its sides brought to multiples of 32 as served."""
    below, right = (-side % 32 for side in picture.shape[:2])
    return np.pad(picture, ((0, below), (0, right), (0, 0)), mode="edge")[None]
