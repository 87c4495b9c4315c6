"""What the commands share: where they write, their settings and models, failures in one line."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.catalog import registry_of
from app.errors import DensightError
from app.runtime.metadata import Metadata
from app.runtime.registry import Registry
from app.settings import Settings
from app.tasks.options import Options
from app.tasks.task import Task

FAILED = 1
"""What a command ends with if some of what was asked for could not be done."""

UNREACHABLE = 3
"""What it ends with if no server answers at `--url`; with 2 the command line was wrong."""

INTERRUPTED = 130
"""What shells make of a program that SIGINT ended."""

# Names, titles and reasons are data: no markup in them, and no line is cut for a pipe.
stdout = Console(soft_wrap=True, markup=False, highlight=False, emoji=False)
stderr = Console(soft_wrap=True, markup=False, highlight=False, emoji=False, stderr=True)


def plain(text: str) -> str:
    """A text from outside without what could steer a terminal, end a line or can not be written."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def write_row(console: Console, *cells: str) -> None:
    """Write cells with tabs between them, which rich would turn into spaces."""
    console.file.write("\t".join(map(plain, cells)) + "\n")


def tell(about: Path | str, what: str) -> None:
    """Say on standard error what is remarkable about a picture or another thing."""
    stderr.print(plain(f"{about}: {what}"))


def complain(what: object, about: Path | str | None = None) -> None:
    """Say on standard error what went wrong, in one line."""
    stderr.print(plain(str(what) if about is None else f"{about}: {what}"), style="red")


def emit(line: bytes) -> None:
    """Write a line for programs to standard output as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


@contextmanager
def progressing(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while the block lasts, if that is a terminal.

    Args:
        what: is going on.

    Yields:
        To be called with (steps done, steps in all); until then the bar only says that it lives.
    """
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    quiet = not stderr.is_terminal
    with Progress(*columns, console=stderr, transient=True, disable=quiet) as progress:
        line = progress.add_task(plain(what), total=None)
        yield lambda done, total: progress.update(line, completed=done, total=total)


def settings_of(**given: Any) -> Settings:
    """The environment's settings, with what was given on the command line on top.

    Raises:
        typer.Exit: with 2, one of them is wrong, which has been told.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        for mistake in error.errors():
            name = "_".join(str(part) for part in mistake["loc"][:1]).upper()
            stderr.print(f"DENSIGHT_{name}: {mistake['msg']}", style="red")
        raise typer.Exit(2) from error


def options_of(task: Task[Any, Any], given: Mapping[str, object]) -> Options:
    """The options of a task as the command line gives them.

    Raises:
        typer.BadParameter: the task has no such option, or the option no such value.
    """
    try:
        options: Options = task.options(**given)
    except ValidationError as error:
        told = [
            f"{task.name} has no option {_flag(mistake['loc'])}"
            if mistake["type"] == "extra_forbidden"
            else f"{_flag(mistake['loc'])}: {mistake['msg']}"
            for mistake in error.errors()
        ]
        raise typer.BadParameter("; ".join(told)) from error
    return options


def loaded(settings: Settings, task: str | None = None, model: str | None = None) -> Registry:
    """The models, opened.

    Args:
        settings: say where they lie and how they are run.
        task: whose models are opened; `None`: all are.
        model: `name` or `name@version` of one that is opened as well, whatever it does, so that it
            can be told if that is something else.

    Raises:
        DeviceUnavailable: the settings insist on a device that does not work here.
    """
    name = model and model.partition("@")[0]

    def wanted(metadata: Metadata) -> bool:
        answers = metadata.get("task") == task or f'"{task}"' in metadata.get("tasks", "")
        return answers or metadata.get("name") == name

    registry = registry_of(settings)
    registry.load(None if task is None else wanted)
    return registry


def flags(field: FieldInfo) -> list[str]:
    """What an option is called where its name is not enough: one called as Python forbids."""
    return [f"--{field.alias}"] if field.alias else []


@contextmanager
def one_line_errors() -> Iterator[None]:
    """A foreseen failure ends the command with one line instead of a traceback."""
    try:
        yield
    except DensightError as error:
        complain(error)
        raise typer.Exit(FAILED) from error


def _flag(place: tuple[int | str, ...]) -> str:
    return "--" + str(place[0]).replace("_", "-")
