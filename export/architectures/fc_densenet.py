"""FC-DenseNet, "The One Hundred Layers Tiramisu" (Jégou et al., CVPR Workshops 2017).

Batch normalization uses its running statistics once trained, as everywhere; the paper's own code
used those of the batch in evaluation, too, so that an answer depended on its neighbours.
"""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.loading import load_exactly, shape_of

DROPOUT = 0.2


class Layer(nn.Module):
    """Batch normalization, ReLU, 3x3 convolution to `growth` channels, dropout (table 1)."""

    def __init__(self, inputs: int, growth: int) -> None:
        super().__init__()
        self.bn = nn.BatchNorm2d(inputs)
        self.conv = nn.Conv2d(inputs, growth, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """`[N, inputs, h, w]` to `[N, growth, h, w]`."""
        return F.dropout2d(self.conv(F.relu(self.bn(x))), DROPOUT, self.training)


class DenseBlock(nn.Module):
    """Layers each of which sees the input and all layers before it."""

    def __init__(self, inputs: int, layers: int, growth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(inputs + growth * i, growth) for i in range(layers))

    def forward(self, x: Tensor) -> Tensor:
        """`[N, inputs, h, w]` to the new channels only, `[N, layers * growth, h, w]`."""
        seen = [x]
        for layer in self.layers:
            seen.append(layer(torch.cat(seen, dim=1)))
        return torch.cat(seen[1:], dim=1)


class Shrink(nn.Module):
    """Transition down: batch normalization, ReLU, 1x1 convolution, dropout, 2x2 max pooling."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.bn = nn.BatchNorm2d(channels)
        self.conv = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """`[N, channels, h, w]` to `[N, channels, h/2, w/2]`."""
        y = F.dropout2d(self.conv(F.relu(self.bn(x))), DROPOUT, self.training)
        return F.max_pool2d(y, 2)


class FCDenseNet(nn.Module):
    """Normalised pictures `[N, 3, H, W]` to logits `[N, classes, H, W]`.

    Height and width must be multiples of `multiple`. The defaults are FC-DenseNet56.

    Args:
        classes: outputs.
        first: channels of the first convolution.
        growth: channels that a layer adds.
        layers: of the dense blocks on the way down, the finest first; the way up mirrors it.
        middle: layers of the block at the bottom.
    """

    def __init__(
        self,
        classes: int,
        *,
        first: int = 48,
        growth: int = 12,
        layers: Sequence[int] = (4, 4, 4, 4, 4),
        middle: int = 4,
    ) -> None:
        super().__init__()
        self.multiple = 2 ** len(layers)
        self.first = nn.Conv2d(3, first, 3, padding=1)
        self.down, self.shrink = nn.ModuleList(), nn.ModuleList()
        self.grow, self.up = nn.ModuleList(), nn.ModuleList()
        channels, skipped = first, []
        for count in layers:
            self.down.append(DenseBlock(channels, count, growth))
            channels += count * growth
            skipped.append(channels)
            self.shrink.append(Shrink(channels))
        self.middle = DenseBlock(channels, middle, growth)
        new = middle * growth
        for count, skip in zip(reversed(layers), reversed(skipped), strict=True):
            self.grow.append(nn.ConvTranspose2d(new, new, 3, 2, padding=1, output_padding=1))
            channels = new + skip
            self.up.append(DenseBlock(channels, count, growth))
            new = count * growth
        self.head = nn.Conv2d(channels + new, classes, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        x = self.first(x)
        skips = []
        for block, shrink in zip(self.down, self.shrink, strict=True):
            x = torch.cat((x, block(x)), dim=1)
            skips.append(x)
            x = shrink(x)
        new = self.middle(x)
        for grow, block, skip in zip(self.grow, self.up, reversed(skips), strict=True):
            # Only what the block before has added goes up: with all of it the maps would explode.
            x = torch.cat((grow(new), skip), dim=1)
            new = block(x)
        logits: Tensor = self.head(torch.cat((x, new), dim=1))
        return logits


def small() -> FCDenseNet:
    """The network of `fc-densenet-cracks`: thin things on a plain ground need few channels."""
    return FCDenseNet(2, first=16, growth=8, layers=(2, 2, 3, 4), middle=4)


def from_state(state: Mapping[str, Tensor]) -> FCDenseNet:
    """Rebuild the network from its weights, in evaluation mode.

    Raises:
        ValueError: they are not the weights of an FC-DenseNet.
    """
    kind = "an FC-DenseNet"
    blocks: dict[str, int] = {}
    for name in state:
        if name.endswith(".conv.weight") and ".layers." in name:
            block = name.partition(".layers.")[0]
            blocks[block] = blocks.get(block, 0) + 1
    network = FCDenseNet(
        shape_of(state, "head.weight", kind)[0],
        first=shape_of(state, "first.weight", kind)[0],
        growth=shape_of(state, "down.0.layers.0.conv.weight", kind)[0],
        layers=[count for block, count in blocks.items() if block.startswith("down.")],
        middle=blocks.get("middle", 0),
    )
    load_exactly(network, state, kind)
    return network.eval()
