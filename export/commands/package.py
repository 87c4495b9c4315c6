"""From a network that ships in a package to a published model."""

from dataclasses import replace
from pathlib import Path

import typer

from export.commands.console import checked_name, console, known, one_line
from export.commands.wrapping import publish
from export.sources.packages import PACKAGES, WEIGHTS


def check_package(wanted: str, *others: str | None) -> None:
    """End the command if no package is known by that name, or anything else is given with it."""
    if any(others):
        raise typer.BadParameter("--weights and --labels do not go with a package")
    if wanted not in {**PACKAGES, **WEIGHTS}:
        there = known([*PACKAGES, *WEIGHTS])
        raise typer.BadParameter(f"no package is known as {wanted!r}; there are {there}")


def publish_package(wanted: str, models: Path, runs: Path, name: str | None) -> None:
    """Make the model of a known package and say so."""
    found = PACKAGES[wanted]
    wrapping = replace(found.wrapping, name=checked_name(name)) if name else found.wrapping
    with one_line(), console.status(f"{wanted}: fetching {found.requirement}"):
        file = found.onnx_file(runs)
    publish(wrapping, file, models)
