"""What the commands share: where they write, and how a foreseen mistake ends."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from app.card import NAME
from app.errors import DensightError
from export.errors import ExportError

NEEDS_TORCH = "needs torch, which is not installed here: pip install 'densight[export]'"

console = Console()
errors = Console(stderr=True)

Models = Annotated[Path, typer.Option(help="Folder of the model files.")]
Name = Annotated[str | None, typer.Option(help="Publish under another name.")]


def checked_name(name: str) -> str:
    """The name, or the end of the command if no model can be called so."""
    if not re.fullmatch(NAME, name):
        raise typer.BadParameter(f"a model can not be called {name!r}; names match {NAME}")
    return name


def slug(stem: str) -> str:
    """What a model is called after a file, if nobody says."""
    return re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")


def known(names: Iterable[str]) -> str:
    """Names for an error message."""
    return ", ".join(sorted(names))


@contextmanager
def one_line() -> Iterator[None]:
    """End whatever goes wrong in a foreseen way with one line and exit code 1."""
    try:
        yield
    except (ExportError, DensightError, OSError) as error:
        refuse(str(error))


def refuse(what: str) -> NoReturn:
    """End the command with one line and exit code 1."""
    errors.print(f"error: {what}", style="red", highlight=False, soft_wrap=True, markup=False)
    raise typer.Exit(1) from None
