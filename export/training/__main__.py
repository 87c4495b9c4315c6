"""`python -m export.training NAME --data DIR`: train a shipped model anew, or go on with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import torch
import typer

from export.training import fine_tune, resnet_cifar, saliency, segmentation, srdensenet
from export.training.run import Training, train

app = typer.Typer(add_completion=False, help="Train the weights of a shipped model.")

Data = Annotated[Path, typer.Option(help="Folder of the training archives.")]
Runs = Annotated[Path, typer.Option(help="Results go to NAME/ in this folder.")]
Threads = Annotated[int | None, typer.Option(help="CPU threads; torch's own choice if not given.")]


Epochs = Annotated[int | None, typer.Option(min=1, help="As many as were used, if not given.")]


@app.command("resnet20-cifar10")
def resnet20_cifar10(
    data: Data, runs: Runs = Path("runs"), epochs: Epochs = None, threads: Threads = None
) -> None:
    """ResNet-20 on CIFAR-10."""
    _cifar("resnet20-cifar10", data, runs, epochs, threads)


@app.command("resnet56-cifar10")
def resnet56_cifar10(
    data: Data, runs: Runs = Path("runs"), epochs: Epochs = None, threads: Threads = None
) -> None:
    """ResNet-56 on CIFAR-10, from published weights."""
    _cifar("resnet56-cifar10", data, runs, epochs, threads)


def _cifar(name: str, data: Path, runs: Path, epochs: int | None, threads: int | None) -> None:
    _use(threads)
    train(resnet_cifar.recipe(name, data, runs, epochs), runs / name)


@app.command(srdensenet.NAME)
def srdensenet_x4(
    data: Data,
    runs: Runs = Path("runs"),
    steps: Annotated[int, typer.Option(min=1)] = srdensenet.STEPS,
    threads: Threads = None,
) -> None:
    """A compact SRDenseNet on photos."""
    _use(threads)
    train(srdensenet.recipe(data, steps), runs / srdensenet.NAME)


@app.command(saliency.NAME)
def resnet_saliency(
    data: Data,
    runs: Runs = Path("runs"),
    epochs: Annotated[int, typer.Option(min=1)] = saliency.EPOCHS,
    threads: Threads = None,
) -> None:
    """A ResNet with a decoder on people's fixations."""
    _use(threads)
    train(saliency.recipe(data, runs, epochs), runs / saliency.NAME)


def _by_course(name: str, recipe: Callable[[str, Path, Path, float], Training]) -> None:
    @app.command(name, help=f"The network of {name}.")
    def command(
        data: Data,
        runs: Runs = Path("runs"),
        share: Annotated[float, typer.Option(min=0, help="Of the epochs that were used.")] = 1.0,
        threads: Threads = None,
    ) -> None:
        _use(threads)
        train(recipe(name, data, runs, share), runs / name)


for module in (fine_tune, segmentation):
    for course in module.COURSES:
        _by_course(course, module.recipe)


def _use(threads: int | None) -> None:
    if threads is not None:
        torch.set_num_threads(threads)


if __name__ == "__main__":
    app()
