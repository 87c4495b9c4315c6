"""`python -m export evaluate`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from export.commands.console import Models, console, one_line
from export.errors import ExportError
from export.evaluate import HELD_OUT, evaluate_folder, evaluate_published
from export.recipe import Say


def evaluate(
    name: Annotated[str, typer.Argument(help="Of a published model.")],
    data: Annotated[Path | None, typer.Option(help="Folder of the training archives.")] = None,
    folder: Annotated[
        Path | None, typer.Option(help="PNG pictures of your own, such as Set5; printed only.")
    ] = None,
    on: Annotated[
        str, typer.Option(help=f"For a model without a recipe: one of {', '.join(HELD_OUT)}.")
    ] = "",
    models: Models = Path("models"),
) -> None:
    """Measure a published model on held-out pictures and write the result on its card."""
    if (data is None) == (folder is None):
        raise typer.BadParameter("give either --data or --folder")
    if folder is not None and on:
        raise typer.BadParameter("--on goes with --data")
    path = models / f"{name}.onnx"
    with one_line(), console.status(f"{name}: measuring") as status:
        if not path.is_file():
            raise ExportError(f"no model is published as {path}")
        say: Say = lambda step: status.update(f"{name}: {step}")  # noqa: E731
        if data is not None:
            metrics = evaluate_published(path, data, say, on)
        else:
            assert folder is not None
            metrics = evaluate_folder(path, folder, say)
    table = Table("set", "metric", Column("value", justify="right"), title=name)
    for key, value in metrics.items():
        table.add_row(*key.split("/", 1), f"{value:g}")
    console.print(table)
