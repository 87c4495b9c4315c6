"""`python -m export.training NAME --data DIR`: train a shipped model anew, or go on with it."""

from pathlib import Path
from typing import Annotated

import torch
import typer

from export.training import resnet_cifar, srdensenet
from export.training.run import train

app = typer.Typer(add_completion=False, help="Train the weights of a shipped model.")

Data = Annotated[Path, typer.Option(help="Folder of the training archives.")]
Runs = Annotated[Path, typer.Option(help="Results go to NAME/ in this folder.")]
Threads = Annotated[int | None, typer.Option(help="CPU threads; torch's own choice if not given.")]


@app.command(resnet_cifar.NAME)
def resnet20_cifar10(
    data: Data,
    runs: Runs = Path("runs"),
    epochs: Annotated[int, typer.Option(min=1)] = resnet_cifar.EPOCHS,
    threads: Threads = None,
) -> None:
    """ResNet-20 on CIFAR-10."""
    _use(threads)
    train(resnet_cifar.recipe(data, runs, epochs), runs / resnet_cifar.NAME)


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


def _use(threads: int | None) -> None:
    if threads is not None:
        torch.set_num_threads(threads)


if __name__ == "__main__":
    app()
