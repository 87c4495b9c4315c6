"""Networks small enough to be exported in a second, with weights that no training has seen."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from app.card import Fit
from export.architectures.fc_densenet import FCDenseNet
from export.architectures.resnet_cifar import ResNetCifar
from export.architectures.srdensenet import SRDenseNet
from export.recipe import Recipe

N = TypeVar("N", bound=nn.Module)

CLASSIFIER = Recipe(
    name="tiny-resnet",
    architecture="resnet-cifar",
    task="classification",
    title="ResNet-8",
    fit=Fit(resize=32, crop=32),
    labels=tuple("abcdefghij"),
)

UPSCALER = Recipe(
    name="tiny-srdensenet",
    architecture="srdensenet",
    task="super-resolution",
    title="SRDenseNet of one block and one layer",
)

SEGMENTER = Recipe(
    name="tiny-fc-densenet",
    architecture="fc-densenet",
    task="segmentation",
    title="FC-DenseNet that shrinks once",
    labels=("a", "b", "c"),
)

MAPPER = Recipe(
    name="tiny-saliency",
    architecture="fc-densenet",
    task="saliency",
    title="FC-DenseNet that shrinks once, of one output",
    fit=Fit(longest=64),
)


def resnet() -> ResNetCifar:
    """A ResNet-8 whose batch normalization does something."""
    torch.manual_seed(0)
    return unlike(ResNetCifar(8)).eval()


def srdensenet() -> SRDenseNet:
    """One block of one layer and a pixel shuffle."""
    torch.manual_seed(0)
    network = SRDenseNet(
        blocks=1, layers=1, growth=4, width=4, bottleneck=4, upsampler="pixel-shuffle"
    )
    return network.eval()


def fc_densenet(classes: int = 3) -> FCDenseNet:
    """One layer down, one in the middle and one up."""
    torch.manual_seed(0)
    return unlike(FCDenseNet(classes, first=3, growth=2, layers=(1,), middle=1)).eval()


def weights_of(recipe: Recipe) -> dict[str, Tensor]:
    """The state dict of the tiny network of a recipe."""
    networks: dict[str, Callable[[], nn.Module]] = {
        CLASSIFIER.name: resnet,
        UPSCALER.name: srdensenet,
        SEGMENTER.name: fc_densenet,
        MAPPER.name: lambda: fc_densenet(classes=1),
    }
    return networks[recipe.name]().state_dict()


def saved(recipe: Recipe, folder: Path) -> Path:
    """The same, as a file."""
    path = folder / "weights.pth"
    torch.save(weights_of(recipe), path)
    return path


def unlike(network: N) -> N:
    """Batch normalization with statistics as after a training."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.1, 0.1)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1)
            nn.init.uniform_(module.bias, -0.1, 0.1)
    return network
