"""The commands and their options as tables, which docs/cli.md has; `make reference` writes them."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from typer.main import get_command

from app.cli import cli

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"

BEGIN, END = "<!-- commands -->\n", "<!-- end of commands -->\n"

NAMES = {int: "N", float: "X", str: "TEXT", Path: "PATH"}
"""What stands for a value of a type."""


def written(page: str) -> str:
    """The page with the tables as they should be."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return before + BEGIN + "\n" + "\n".join(sections()) + END + after


def sections() -> Iterator[str]:
    """A section for each command."""
    for name, command in commands().items():
        paragraphs = (" ".join(part.split()) for part in command.help.split("\n\n"))
        yield f"### densight {name}\n"
        yield "\n\n".join(paragraphs) + "\n"
        kinds = inspect.signature(command.callback).parameters
        rows = [_row(told, kinds[told.name]) for told in command.params if told.name in kinds]
        if rows:
            yield "| option | default | what |\n|---|---|---|\n" + "".join(rows)


def commands() -> dict[str, Any]:
    """The commands as typer runs them, by name."""
    made: Any = get_command(cli)
    return dict(made.commands)


def _row(told: Any, parameter: inspect.Parameter) -> str:
    if getattr(told, "hidden", False):
        return ""
    kind = _kind(get_args(parameter.annotation)[0])
    if told.param_type_name == "argument":
        names = [told.metavar or told.name.upper()]
    else:
        value = "" if kind is bool else f" {told.metavar or _value(kind)}"
        names = [*told.opts[:-1], told.opts[-1] + value, *told.secondary_opts]
    default = parameter.default
    if default is None or default is False or default is inspect.Parameter.empty:
        default = f"`{told.envvar}`" if told.envvar else ""
    cells = (", ".join(f"`{name}`" for name in names), f"{default}", " ".join(told.help.split()))
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |\n"


def _kind(annotation: Any) -> Any:
    """The type of a value, without `None` and what restricts it."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return _kind(next(part for part in get_args(annotation) if part is not NoneType))
    return list if origin is list else annotation


def _value(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "|".join(get_args(kind))
    return NAMES[kind]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
