"""The residual networks for 32x32 pictures of He et al., CVPR 2016, section 4.2."""

from collections.abc import Mapping

import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.loading import load_exactly


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut without parameters (option A)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride = stride
        self.added = outputs - inputs

    def forward(self, x: Tensor) -> Tensor:
        """`[N, inputs, h, w]` to `[N, outputs, h/stride, w/stride]`."""
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.stride != 1:
            # Half of the missing channels before and half after, as the published weights expect.
            half = self.added // 2
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, half))
        return F.relu(x + y)


class ResNetCifar(nn.Module):
    """ResNet-20, 32, 44, 56 or 110: `depth` = 6n + 2.

    Args:
        depth: layers with weights on the way through.
        classes: outputs of the last layer.

    Raises:
        ValueError: the depth is not 6n + 2.
    """

    def __init__(self, depth: int = 20, classes: int = 10) -> None:
        super().__init__()
        if depth < 8 or (depth - 2) % 6:
            raise ValueError(f"the depth of a CIFAR ResNet is 6n + 2, not {depth}")
        blocks = (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = _stage(16, 16, blocks, stride=1)
        self.layer2 = _stage(16, 32, blocks, stride=2)
        self.layer3 = _stage(32, 64, blocks, stride=2)
        self.linear = nn.Linear(64, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(module.weight)

    @property
    def head(self) -> nn.Linear:
        """The last layer, applied to the mean of `features` over height and width."""
        return self.linear

    def features(self, x: Tensor) -> Tensor:
        """Normalised pictures `[N, 3, H, W]` to the last feature map `[N, 64, H/4, W/4]`, >= 0."""
        x = F.relu(self.bn1(self.conv1(x)))
        features: Tensor = self.layer3(self.layer2(self.layer1(x)))
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures `[N, 3, H, W]` to logits `[N, classes]`."""
        logits: Tensor = self.linear(self.features(x).mean(dim=(2, 3)))
        return logits


def _stage(inputs: int, outputs: int, blocks: int, stride: int) -> nn.Sequential:
    first = BasicBlock(inputs, outputs, stride)
    return nn.Sequential(first, *(BasicBlock(outputs, outputs, 1) for _ in range(blocks - 1)))


def from_state(state: Mapping[str, Tensor]) -> ResNetCifar:
    """Rebuild the network from its weights, in evaluation mode.

    Args:
        state: names as in akamaster/pytorch_resnet_cifar10, with or without `module.` before them.

    Raises:
        ValueError: they are not the weights of a CIFAR ResNet.
    """
    state = {name.removeprefix("module."): value for name, value in state.items()}
    for name in ("linear.weight", "layer3.0.conv1.weight"):
        if name not in state:
            raise ValueError(f"these are not the weights of a CIFAR ResNet: {name} is missing")
    blocks = len({name.split(".")[1] for name in state if name.startswith("layer3.")})
    network = ResNetCifar(6 * blocks + 2, classes=state["linear.weight"].shape[0])
    load_exactly(network, state, f"a CIFAR ResNet-{6 * blocks + 2}")
    return network.eval()
