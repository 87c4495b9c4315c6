"""Whether a network has a linear layer behind a global average is tried, not believed."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from export.graphs.gap import OWN_HEAD, GapHead

SHAPE = (3, 8, 6)


class Pooled(nn.Module):
    """A convolution, a pooling and a head."""

    def __init__(self, head: nn.Module, *, maximum: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.convolution = nn.Conv2d(3, 4, 3)
        self.head = head
        self.maximum = maximum

    def features(self, x: Tensor) -> Tensor:
        return self.convolution(x)

    def forward(self, x: Tensor) -> Tensor:
        maps = self.features(x)
        pooled = maps.amax((2, 3)) if self.maximum else maps.mean((2, 3))
        if isinstance(self.head, nn.Conv2d):
            return self.head(pooled[:, :, None, None]).flatten(1)
        return self.head(pooled)


@pytest.mark.parametrize("head", [nn.Linear(4, 5), nn.Linear(4, 5, bias=False), nn.Conv2d(4, 5, 1)])
def test_an_average_before_one_linear_layer_is_seen(head: nn.Module) -> None:
    assert OWN_HEAD.describes(Pooled(head).eval(), SHAPE)


@pytest.mark.parametrize(
    "network",
    [
        Pooled(nn.Linear(4, 5), maximum=True),
        Pooled(nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 5))),
        Pooled(nn.Identity()),
    ],
    ids=["maximum", "two layers", "none"],
)
def test_others_are_told_apart(network: nn.Module) -> None:
    assert not OWN_HEAD.describes(network.eval(), SHAPE)


@pytest.mark.parametrize(
    "maps",
    [
        lambda network, x: network.features(x).flatten(1),
        lambda network, x: network.features(x)[:, :3],
        lambda network, x: network.features(x) + 1,
    ],
    ids=["flat", "too few", "others"],
)
def test_other_maps_than_the_last_are_told_apart(maps: Any) -> None:
    head = GapHead(maps, lambda network: network.head)
    assert not head.describes(Pooled(nn.Linear(4, 5)).eval(), SHAPE)
