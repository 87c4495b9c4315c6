"""What the commands share: where they write, and how a foreseen mistake ends."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.card import NAME
from app.errors import DensightError
from export.errors import ExportError

console = Console()
errors = Console(stderr=True)

Models = Annotated[Path, typer.Option(help="Folder of the model files.")]
Name = Annotated[str | None, typer.Option(help="Publish under another name.")]


def checked_name(name: str) -> str:
    """The name, or the end of the command if no model can be called so."""
    if not re.fullmatch(NAME, name):
        raise typer.BadParameter(f"a model can not be called {name!r}; names match {NAME}")
    return name


def known(names: Iterable[str]) -> str:
    """Names for an error message."""
    return ", ".join(sorted(names))


@contextmanager
def one_line() -> Iterator[None]:
    """End whatever goes wrong in a foreseen way with one line and exit code 1."""
    try:
        yield
    except (ExportError, DensightError, OSError) as error:
        errors.print(f"error: {error}", style="red", highlight=False, soft_wrap=True, markup=False)
        raise typer.Exit(1) from None
