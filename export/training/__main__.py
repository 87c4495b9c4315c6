"""`python -m export.training NAME --data DIR`: train a shipped model anew, or go on with it."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

import torch
import typer

from export.training import (
    cifar,
    detection,
    fine_tune,
    flow,
    saliency,
    segmentation,
    srdensenet,
    style,
)
from export.training.run import Training, train
from export.training.ubernet import recipe as ubernet

Recipe = Callable[[Path, Path, float], Training]
"""Given the folders of archives and of results, and a share of the training's length."""

RECIPES: Mapping[str, Recipe] = {
    **{name: partial(cifar.recipe, name) for name in cifar.COURSES},
    **{name: partial(detection.recipe, name) for name in detection.COURSES},
    **{name: partial(fine_tune.recipe, name) for name in fine_tune.COURSES},
    flow.NAME: flow.recipe,
    saliency.NAME: saliency.recipe,
    ubernet.NAME: ubernet.joint_recipe,
    **{f"{ubernet.NAME}-{task}": partial(ubernet.head_recipe, task) for task in ubernet.LESSONS},
    **{name: partial(segmentation.recipe, name) for name in segmentation.COURSES},
    **{name: partial(srdensenet.recipe, name) for name in srdensenet.COURSES},
    style.NAME: style.recipe,
}
"""By the name of the model."""


def main(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(RECIPES)}.")],
    data: Annotated[Path, typer.Option(help="Folder of the training archives.")],
    runs: Annotated[Path, typer.Option(help="Results go to NAME/ in this folder.")] = Path("runs"),
    share: Annotated[float, typer.Option(min=0, help="Of the length that was used.")] = 1.0,
    threads: Annotated[int | None, typer.Option(help="CPU threads; else torch's choice.")] = None,
    bfloat16: Annotated[bool, typer.Option(help="Faster on processors with AMX.")] = False,
) -> None:
    """Train the weights of a shipped model; a training that was interrupted goes on."""
    if name not in RECIPES:
        raise typer.BadParameter(f"no training is called {name!r}; there are {', '.join(RECIPES)}")
    if threads is not None:
        torch.set_num_threads(threads)
    train(RECIPES[name](data, runs, share), runs / name, bfloat16=bfloat16)


if __name__ == "__main__":
    typer.run(main)
