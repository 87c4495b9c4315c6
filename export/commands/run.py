"""`python -m export run`."""

from pathlib import Path
from typing import Annotated

import typer

from export.commands.console import Models, Name, known, one_line
from export.commands.publishing import publish, renamed
from export.errors import ExportError
from export.recipes import RECIPES


def run(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="All that `list` shows if none.")
    ] = None,
    models: Models = Path("models"),
    runs: Annotated[Path, typer.Option(help="Where training leaves NAME/weights.pth.")] = Path(
        "runs"
    ),
    weights: Annotated[
        Path | None, typer.Option(help="A state dict, or an exported .onnx to take it from.")
    ] = None,
    name: Name = None,
) -> None:
    """Make shipped models: from --weights, else from runs/, else anew from the published file."""
    names = names or list(RECIPES)
    if len(names) > 1 and (weights or name):
        raise typer.BadParameter("--weights and --name go with one NAME only")
    for wanted in names:
        if wanted not in RECIPES:
            raise typer.BadParameter(f"no recipe is called {wanted!r}; there are {known(RECIPES)}")
    for wanted in names:
        file = weights or _weights_of(wanted, runs, models)
        publish(renamed(RECIPES[wanted], name), file, models)


def _weights_of(name: str, runs: Path, models: Path) -> Path:
    """Choose what was trained here, else what is published."""
    places = (runs / name / "weights.pth", models / f"{name}.onnx")
    for place in places:
        if place.is_file():
            return place
    with one_line():
        raise ExportError(f"no weights of {name}: neither {places[0]} nor {places[1]} exists")
