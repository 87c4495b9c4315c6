"""DenseNet-BC for 32x32 pictures (Huang et al., CVPR 2017, section 3 and "Implementation")."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.loading import load_exactly, shape_of

BLOCKS = 3


class Layer(nn.Module):
    """A bottleneck to four times the growth, then a 3x3 convolution; both behind BN and ReLU."""

    def __init__(self, inputs: int, growth: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, 4 * growth, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """`[N, inputs, h, w]` to `[N, inputs + growth, h, w]`: the input and what is new."""
        y = self.conv1(F.relu(self.bn1(x)))
        y = self.conv2(F.relu(self.bn2(y)))
        return torch.cat((x, y), dim=1)


class Transition(nn.Module):
    """Half of the channels at half of the size."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.bn = nn.BatchNorm2d(inputs)
        self.conv = nn.Conv2d(inputs, inputs // 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """`[N, inputs, h, w]` to `[N, inputs // 2, h/2, w/2]`."""
        # The mean of four pixels and a 1x1 convolution can change places: this way is cheaper.
        return self.conv(F.avg_pool2d(F.relu(self.bn(x)), 2))  # type: ignore[no-any-return]


class DenseNetCifar(nn.Module):
    """DenseNet-BC of three dense blocks.

    Args:
        layers: in each block; the paper's depth L is `6 * layers + 4`.
        growth: channels that each layer adds, the paper's k.
        classes: outputs of the last layer.
    """

    def __init__(self, layers: int = 16, growth: int = 12, classes: int = 10) -> None:
        super().__init__()
        channels = 2 * growth
        self.conv = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        self.blocks, self.transitions = nn.ModuleList(), nn.ModuleList()
        for index in range(BLOCKS):
            inputs = [channels + growth * layer for layer in range(layers)]
            self.blocks.append(nn.Sequential(*(Layer(seen, growth) for seen in inputs)))
            channels += growth * layers
            if index < BLOCKS - 1:
                self.transitions.append(Transition(channels))
                channels //= 2
        self.bn = nn.BatchNorm2d(channels)
        self.head = nn.Linear(channels, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)

    def features(self, x: Tensor) -> Tensor:
        """Normalised pictures `[N, 3, H, W]` to the last feature map `[N, D, H/4, W/4]`, >= 0.

        The last batch normalization and ReLU are part of it, so that the head applied to its mean
        gives the logits.
        """
        x = self.conv(x)
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index < BLOCKS - 1:
                x = self.transitions[index](x)
        return F.relu(self.bn(x))

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures `[N, 3, H, W]` to logits `[N, classes]`."""
        logits: Tensor = self.head(self.features(x).mean(dim=(2, 3)))
        return logits


def from_state(state: Mapping[str, Tensor]) -> DenseNetCifar:
    """Rebuild the network from its weights, in evaluation mode.

    Raises:
        ValueError: they are not the weights of a CIFAR DenseNet-BC.
    """
    kind = "a CIFAR DenseNet-BC"
    growth = shape_of(state, "blocks.0.0.conv2.weight", kind)[0]
    classes = shape_of(state, "head.weight", kind, 2)[0]
    layers = len({name.split(".")[2] for name in state if name.startswith("blocks.0.")})
    network = DenseNetCifar(layers, growth, classes)
    load_exactly(network, state, f"{kind} of L={6 * layers + 4}, k={growth}")
    return network.eval()
