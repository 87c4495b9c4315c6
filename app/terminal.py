"""What the commands share: where they write, their settings and models, failures in one line."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer
from pydantic import ValidationError
from rich.console import Console

from app.catalog import registry_of
from app.errors import DensightError
from app.runtime.registry import Registry
from app.settings import Settings
from app.tasks.task import Options, Task

# Names, titles and reasons are data: no markup in them, and no line is cut for a pipe.
stdout = Console(soft_wrap=True, markup=False, highlight=False)
stderr = Console(soft_wrap=True, markup=False, highlight=False, stderr=True)


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


def loaded(settings: Settings) -> Registry:
    """The models, opened.

    Raises:
        DeviceUnavailable: the settings insist on a device that does not work here.
    """
    registry = registry_of(settings)
    registry.load()
    return registry


@contextmanager
def one_line_errors() -> Iterator[None]:
    """A foreseen failure ends the command with one line instead of a traceback."""
    try:
        yield
    except DensightError as error:
        stderr.print(str(error), style="red")
        raise typer.Exit(1) from error


def _flag(place: tuple[int | str, ...]) -> str:
    return "--" + str(place[0]).replace("_", "-")
