"""ResNet-50-thin: the bottleneck network of He et al., CVPR 2016, with half of its channels."""

from collections.abc import Mapping

import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.loading import load_exactly, shape_of

BLOCKS = (3, 4, 6, 3)
"""Bottleneck blocks of the stages (table 1)."""

CHANNELS = (128, 256, 512, 1024)
"""Channels of the stages' outputs, at strides 4, 8, 16 and 32."""

STEM = 64
"""Channels before the stages, at stride 2."""

MEAN = (123 / 255, 117 / 255, 104 / 255)
"""Of red, green and blue in 0..1, as the published weights expect."""
STD = (1 / 255, 1 / 255, 1 / 255)
"""The published weights take levels of 0..255, not standard deviations."""


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolution beside a shortcut; the stride is in the first, as in Caffe."""

    def __init__(self, inputs: int, outputs: int, stride: int, *, first: bool) -> None:
        super().__init__()
        inner = outputs // 4
        self.conv1 = nn.Conv2d(inputs, inner, 1, stride, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = nn.Conv2d(inner, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = nn.Identity()
        if first:
            convolution = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.shortcut = nn.Sequential(convolution, nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        """`[N, inputs, h, w]` to `[N, outputs, h/stride, w/stride]`, >= 0."""
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.shortcut(x))


class Encoder(nn.Module):
    """The network without its classifier.

    Args:
        depth: how many stages it has; the last holds two thirds of all weights.
    """

    def __init__(self, depth: int = len(CHANNELS)) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, STEM, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(STEM)
        # Caffe's pooling: no padding, and a last window that may hang over the edge.
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        inputs = STEM
        self.stages = nn.ModuleList()
        for index, (blocks, outputs) in enumerate(
            zip(BLOCKS[:depth], CHANNELS[:depth], strict=True)
        ):
            stride = 1 if index == 0 else 2
            first = Bottleneck(inputs, outputs, stride, first=True)
            rest = (Bottleneck(outputs, outputs, 1, first=False) for _ in range(blocks - 1))
            self.stages.append(nn.Sequential(first, *rest))
            inputs = outputs

    def forward(self, x: Tensor) -> list[Tensor]:
        """Normalised pictures `[N, 3, H, W]` to the stages' outputs `[N, CHANNELS[i], h, w]`."""
        return self.from_stem(self.stem(x))

    def stem(self, x: Tensor) -> Tensor:
        """Normalised pictures `[N, 3, H, W]` to `[N, STEM, ceil(H/2), ceil(W/2)]`, >= 0."""
        return F.relu(self.bn1(self.conv1(x)))

    def from_stem(self, x: Tensor) -> list[Tensor]:
        """The rest of the way, from what `stem` gives."""
        x = self.pool(x)
        outputs = []
        for stage in self.stages:
            x = stage(x)
            outputs.append(x)
        return outputs

    def train(self, mode: bool = True) -> "Encoder":
        """Keep batch normalization's statistics: the small batches of fine-tuning have worse."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self


class ResNet50Thin(nn.Module):
    """A classifier: the encoder, the mean over height and width, one linear layer."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.head = nn.Linear(CHANNELS[-1], classes)

    def features(self, x: Tensor) -> Tensor:
        """Normalised pictures `[N, 3, H, W]` to the last feature map `[N, 1024, h, w]`, >= 0."""
        features: Tensor = self.encoder(x)[-1]
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures `[N, 3, H, W]` to logits `[N, classes]`."""
        logits: Tensor = self.head(self.features(x).mean(dim=(2, 3)))
        return logits


def from_state(state: Mapping[str, Tensor]) -> ResNet50Thin:
    """Rebuild the classifier from its weights, in evaluation mode.

    Raises:
        ValueError: they are not the weights of a ResNet-50-thin.
    """
    kind = "a ResNet-50-thin"
    network = ResNet50Thin(classes=shape_of(state, "head.weight", kind, 2)[0])
    load_exactly(network, state, kind)
    return network.eval()
