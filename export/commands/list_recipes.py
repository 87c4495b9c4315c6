"""`python -m export list`."""

from pathlib import Path

from rich.table import Column, Table

from export.commands.console import Models, console
from export.recipes import RECIPES
from export.sources import keras
from export.sources.library import WITH_TORCH
from export.sources.packages import PACKAGES, WEIGHTS
from export.sources.source import source


def list_recipes(models: Models = Path("models")) -> None:
    """Show every model that can be made, and every network of a library or package."""
    table = Table(Column("name", no_wrap=True), "task", "architecture", "published", "title")
    for recipe in RECIPES.values():
        published = "yes" if (models / f"{recipe.name}.onnx").is_file() else "no"
        table.add_row(recipe.name, recipe.task, recipe.architecture, published, recipe.title)
    console.print(table)
    networks = {kind: source(kind).names() for kind in WITH_TORCH}
    networks |= {"keras": keras.names(), "package": [*PACKAGES, *WEIGHTS]}
    for kind, names in networks.items():
        console.print(f"\n{kind}:NAME, {len(names)} networks: {', '.join(names)}", highlight=False)
