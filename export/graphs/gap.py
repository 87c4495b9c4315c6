"""A linear layer behind a global average: where a network has it, and whether it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

CLOSE = 1e-4
"""How far logits may be apart that are summed in another order, as a share of the largest."""


@dataclass(frozen=True)
class GapHead:
    """Where a network keeps what its logits are: one linear layer of the mean of its last maps.

    Both are asked of the network rather than kept, so that a copy of it has its own.

    Attributes:
        maps: from the network and normalised pictures to the last maps `[N, D, h, w]`.
        linear: the layer of the network that follows their mean, `nn.Linear` or a convolution
            of 1x1.
    """

    maps: Callable[[Any, Tensor], Tensor]
    linear: Callable[[Any], Any]

    def describes(self, network: nn.Module, shape: Sequence[int]) -> bool:
        """Try on a picture whether the network's logits are what this says.

        Names tell too little: a pooling that is called global may take the maximum, and more than
        dropout may stand before the last layer.

        Args:
            network: in evaluation mode.
            shape: of a picture, channels first.
        """
        layer = self.linear(network)
        pointwise = isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1)
        if not pointwise and not isinstance(layer, nn.Linear):
            return False
        picture = torch.randn(1, *shape, generator=torch.Generator().manual_seed(0))
        with torch.no_grad():
            maps, logits = self.maps(network, picture), network(picture)
            if maps.dim() != 4 or maps.shape[1] != layer.weight.shape[1]:
                return False
            pooled = maps.mean((2, 3), keepdim=pointwise)
            apart = (logits - layer(pooled).flatten(1)).abs().max()
        return bool(apart <= CLOSE * max(1.0, float(logits.abs().max())))


OWN_HEAD = GapHead(lambda network, x: network.features(x), lambda network: network.head)
"""How the networks of `export.architectures` name them."""
