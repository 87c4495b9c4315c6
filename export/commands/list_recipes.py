"""`python -m export list`."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Column, Table

from export.commands.console import Models, console
from export.commands.package import KIND
from export.recipes import RECIPES
from export.sources.packages import PACKAGES
from export.sources.source import KINDS, source


def list_recipes(models: Models = Path("models")) -> None:
    """Show every model that can be made, and every network of a library or package."""
    table = Table(Column("name", no_wrap=True), "task", "architecture", "published", "title")
    for recipe in RECIPES.values():
        published = "yes" if (models / f"{recipe.name}.onnx").is_file() else "no"
        table.add_row(recipe.name, recipe.task, recipe.architecture, published, recipe.title)
    console.print(table)
    for kind in KINDS:
        _print(kind, source(kind).names())
    _print(KIND, list(PACKAGES))


def _print(kind: str, names: Sequence[str]) -> None:
    console.print(f"\n{kind}:NAME, {len(names)} networks: {', '.join(names)}", highlight=False)
