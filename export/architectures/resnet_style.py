"""A residual network that paints (Johnson et al., ECCV 2016) in several styles.

A style is nothing but the scales and shifts behind the normalizations (conditional instance
normalization, Dumoulin et al., ICLR 2017); all else is shared. Pictures grow again by repeated
pixels and a convolution, which leaves no checkerboard (Odena et al., Distill 2016), and borders are
mirrored.
"""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.loading import load_exactly, shape_of

KIND = "a ResNet for styles"

BLOCKS = 5
EPSILON = 1e-3


class Normalised(nn.Module):
    """A convolution over mirrored borders, then instance normalization as the style wants it."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, styles: int, stride: int = 1
    ) -> None:
        super().__init__()
        self.padding = kernel // 2
        self.convolution = nn.Conv2d(inputs, outputs, kernel, stride, bias=False)
        self.scale = nn.Parameter(torch.ones(styles, outputs))
        self.shift = nn.Parameter(torch.zeros(styles, outputs))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """`[N, inputs, h, w]` and how much of each style `[N, styles]` there is in it."""
        x = self.convolution(F.pad(x, (self.padding,) * 4, mode="reflect")).float()
        variance, mean = torch.var_mean(x, (2, 3), correction=0)
        scale = (style @ self.scale) * (variance + EPSILON).rsqrt()
        shift = (style @ self.shift) - mean * scale
        return torch.addcmul(shift[:, :, None, None], x, scale[:, :, None, None])


class Residual(nn.Module):
    """Two convolutions beside a shortcut; nothing follows the sum."""

    def __init__(self, width: int, styles: int) -> None:
        super().__init__()
        self.first = Normalised(width, width, 3, styles)
        self.second = Normalised(width, width, 3, styles)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """`[N, width, h, w]` to the same."""
        changed: Tensor = self.second(F.relu(self.first(x, style)), style)
        return x + changed


class ResNetStyle(nn.Module):
    """Pictures `[N, 3, H, W]` in 0..1 and weights of styles `[N, S]` to pictures, not clipped.

    Args:
        styles: how many it knows.
        width: channels at full size; twice as many at half of it, four times as many at a quarter.
    """

    multiple = 8
    """At a quarter of the size mirrored borders need two pixels, and four at full size."""

    def __init__(self, styles: int, width: int = 32) -> None:
        super().__init__()
        self.styles = styles
        self.enter = Normalised(3, width, 9, styles)
        self.down = nn.ModuleList(
            [
                Normalised(width, 2 * width, 3, styles, stride=2),
                Normalised(2 * width, 4 * width, 3, styles, stride=2),
            ]
        )
        self.blocks = nn.ModuleList(Residual(4 * width, styles) for _ in range(BLOCKS))
        self.up = nn.ModuleList(
            [Normalised(4 * width, 2 * width, 3, styles), Normalised(2 * width, width, 3, styles)]
        )
        self.leave = Normalised(width, 3, 9, styles)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """See the class."""
        x = F.relu(self.enter(x * 255, style))
        for layer in self.down:
            x = F.relu(layer(x, style))
        for block in self.blocks:
            x = block(x, style)
        for layer in self.up:
            x = F.relu(layer(F.interpolate(x, scale_factor=2, mode="nearest"), style))
        painted: Tensor = self.leave(x, style)
        return 0.5 + 0.6 * torch.tanh(painted)


def from_state(state: Mapping[str, Tensor]) -> ResNetStyle:
    """Rebuild the network from its weights, in evaluation mode.

    Raises:
        ValueError: they are not the weights of such a network.
    """
    styles = shape_of(state, "enter.scale", KIND, 2)[0]
    network = ResNetStyle(styles, shape_of(state, "enter.convolution.weight", KIND)[0])
    load_exactly(network, state, KIND)
    return network.eval()
