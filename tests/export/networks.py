"""Networks small enough to be exported in a second, with weights that no training has seen."""

from pathlib import Path

import torch
from torch import Tensor, nn

from app.card import Fit
from export.architectures.resnet_cifar import ResNetCifar
from export.architectures.srdensenet import SRDenseNet
from export.recipe import Recipe

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


def resnet() -> ResNetCifar:
    """A ResNet-8 whose batch normalization does something."""
    torch.manual_seed(0)
    return _unlike(ResNetCifar(8)).eval()


def srdensenet() -> SRDenseNet:
    """One block of one layer and a pixel shuffle."""
    torch.manual_seed(0)
    network = SRDenseNet(
        blocks=1, layers=1, growth=4, width=4, bottleneck=4, upsampler="pixel-shuffle"
    )
    return network.eval()


def weights_of(recipe: Recipe) -> dict[str, Tensor]:
    """The state dict of the tiny network of a recipe."""
    network = resnet() if recipe is CLASSIFIER else srdensenet()
    return network.state_dict()


def saved(recipe: Recipe, folder: Path) -> Path:
    """The same, as a file."""
    path = folder / "weights.pth"
    torch.save(weights_of(recipe), path)
    return path


def _unlike(network: ResNetCifar) -> ResNetCifar:
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.1, 0.1)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1)
            nn.init.uniform_(module.bias, -0.1, 0.1)
    return network
