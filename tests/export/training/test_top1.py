"""Top-1 of a network in training, over more pictures than go through it at once."""

import numpy as np
import torch
from torch import Tensor, nn

from export.training.top1 import BATCH, top1


class First(nn.Module):
    """The logit of a class is how much of its colour there is."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3))


def test_right_answers_are_counted() -> None:
    labels = np.arange(2 * BATCH + 40) % 3
    pictures = np.zeros((len(labels), 4, 5, 3), np.uint8)
    pictures[np.arange(len(labels)), :, :, labels] = 255
    with torch.inference_mode():
        assert top1(First(), pictures, labels) == 1
        labels[:60] = (labels[:60] + 1) % 3
        assert top1(First(), pictures, labels) == 0.75


def test_pictures_are_normalised_as_the_network_wants() -> None:
    pictures = np.full((1, 2, 2, 3), (200, 150, 0), np.uint8)
    labels = np.array([1])
    with torch.inference_mode():
        assert top1(First(), pictures, labels, (0, 0, 0), (1, 1, 1)) == 0
        assert top1(First(), pictures, labels, (0.5, 0, 0), (1, 1, 1)) == 1
