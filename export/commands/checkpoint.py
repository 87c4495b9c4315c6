"""`python -m export checkpoint`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from export.commands.console import Models, Name, known, one_line, slug
from export.commands.publishing import publish, renamed
from export.labels import HELP
from export.labels import labels as labels_of
from export.recipes import CHECKPOINTS


def checkpoint(
    file: Annotated[Path, typer.Argument(help="A state dict: .pth, .th or .safetensors.")],
    architecture: Annotated[str, typer.Option(help=f"One of {', '.join(CHECKPOINTS)}.")],
    models: Models = Path("models"),
    name: Name = None,
    labels: Annotated[str | None, typer.Option(help=HELP)] = None,
) -> None:
    """Make a model of your own weights."""
    if architecture not in CHECKPOINTS:
        raise typer.BadParameter(
            f"no architecture is called {architecture!r}; there are {known(CHECKPOINTS)}"
        )
    with one_line():
        names = labels_of(labels) if labels else None
    recipe = replace(CHECKPOINTS[architecture], source=file.name, labels=names)
    publish(renamed(recipe, name or slug(file.stem)), file, models, hash_file=True)
