"""`python -m export list`."""

from pathlib import Path

from rich.table import Column, Table

from export.commands.console import Models, console
from export.recipes import RECIPES


def list_recipes(models: Models = Path("models")) -> None:
    """Show every model that can be made."""
    table = Table(Column("name", no_wrap=True), "task", "architecture", "published", "title")
    for recipe in RECIPES.values():
        published = "yes" if (models / f"{recipe.name}.onnx").is_file() else "no"
        table.add_row(recipe.name, recipe.task, recipe.architecture, published, recipe.title)
    console.print(table)
