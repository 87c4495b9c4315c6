"""`python -m export`: list what can be made, make it, and measure it."""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.table import Column, Table

from app.card import NAME
from app.errors import DensightError
from export.errors import ExportError
from export.evaluate import HELD_OUT, evaluate_folder, evaluate_published
from export.readme import write
from export.recipe import Recipe, Say, export
from export.recipes import CHECKPOINTS, RECIPES
from export.weights import file_digest, read_weights

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # a mistake is answered in a line, not in a box
)
console = Console()
errors = Console(stderr=True)

Models = Annotated[Path, typer.Option(help="Folder of the model files.")]
Name = Annotated[str | None, typer.Option(help="Publish under another name.")]


@app.callback()
def main() -> None:
    """Turn trained weights into self-describing ONNX files."""
    logging.basicConfig(
        level=logging.WARNING,
        format="%(message)s",
        handlers=[RichHandler(console=errors, show_time=False, show_path=False)],
    )


@app.command("list")
def list_recipes(models: Models = Path("models")) -> None:
    """Show every model that can be made."""
    table = Table(Column("name", no_wrap=True), "task", "architecture", "published", "title")
    for recipe in RECIPES.values():
        published = "yes" if (models / f"{recipe.name}.onnx").is_file() else "no"
        table.add_row(recipe.name, recipe.task, recipe.architecture, published, recipe.title)
    console.print(table)


@app.command()
def run(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="All that `list` shows if none.")
    ] = None,
    models: Models = Path("models"),
    runs: Annotated[Path, typer.Option(help="Where training leaves NAME/weights.pth.")] = Path(
        "runs"
    ),
    weights: Annotated[
        Path | None, typer.Option(help="A state dict, or an exported .onnx to take it from.")
    ] = None,
    name: Name = None,
) -> None:
    """Make shipped models: from --weights, else from runs/, else anew from the published file."""
    names = names or list(RECIPES)
    if len(names) > 1 and (weights or name):
        raise typer.BadParameter("--weights and --name go with one NAME only")
    for wanted in names:
        if wanted not in RECIPES:
            raise typer.BadParameter(f"no recipe is called {wanted!r}; there are {_known(RECIPES)}")
    for wanted in names:
        file = weights or _weights_of(wanted, runs, models)
        _export(_renamed(RECIPES[wanted], name), file, models)


@app.command()
def checkpoint(
    file: Annotated[Path, typer.Argument(help="A state dict: .pth, .th or .safetensors.")],
    architecture: Annotated[str, typer.Option(help=f"One of {', '.join(CHECKPOINTS)}.")],
    models: Models = Path("models"),
    name: Name = None,
    labels: Annotated[
        str | None, typer.Option(help="Names of the classes in their order, comma between.")
    ] = None,
) -> None:
    """Make a model of your own weights."""
    if architecture not in CHECKPOINTS:
        raise typer.BadParameter(
            f"no architecture is called {architecture!r}; there are {_known(CHECKPOINTS)}"
        )
    recipe = replace(
        CHECKPOINTS[architecture],
        source=file.name,
        labels=tuple(label.strip() for label in labels.split(",")) if labels else None,
    )
    slug = re.sub(r"[^a-z0-9._-]+", "-", file.stem.lower()).strip("-._")
    _export(_renamed(recipe, name or slug), file, models, hash_file=True)


@app.command()
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
    with _one_line(), console.status(f"{name}: measuring") as status:
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


@app.command()
def readme(models: Models = Path("models")) -> None:
    """Write README.md into the folder of the models: what each is, costs and reaches."""
    with _one_line(), console.status("reading the models") as status:
        path = write(models, say=lambda step: status.update(step))
    console.print(path, highlight=False)


def _weights_of(name: str, runs: Path, models: Path) -> Path:
    """Choose what was trained here, else what is published."""
    places = (runs / name / "weights.pth", models / f"{name}.onnx")
    for place in places:
        if place.is_file():
            return place
    with _one_line():
        raise ExportError(f"no weights of {name}: neither {places[0]} nor {places[1]} exists")


def _renamed(recipe: Recipe, name: str | None) -> Recipe:
    if name is not None and not re.fullmatch(NAME, name):
        raise typer.BadParameter(f"a model can not be called {name!r}; names match {NAME}")
    return replace(recipe, name=name) if name else recipe


def _export(recipe: Recipe, file: Path, models: Path, *, hash_file: bool = False) -> None:
    with _one_line(), console.status(f"{recipe.name}: reading {file}") as status:
        path, parity = export(
            recipe,
            read_weights(file),
            models,
            source_sha256=file_digest(file) if hash_file else None,
            say=lambda step: status.update(f"{recipe.name}: {step}"),
        )
    console.print(
        f"{path}  {path.stat().st_size / 1e6:.2f} MB, from {file}, "
        f"{parity.output} within {parity.error:.1e} of the network",
        highlight=False,
        soft_wrap=True,
    )


@contextmanager
def _one_line() -> Iterator[None]:
    """End whatever goes wrong in a foreseen way with one line and exit code 1."""
    try:
        yield
    except (ExportError, DensightError, OSError) as error:
        errors.print(f"error: {error}", style="red", highlight=False, soft_wrap=True, markup=False)
        raise typer.Exit(1) from None


def _known(names: Iterable[str]) -> str:
    """Names for an error message."""
    return ", ".join(sorted(names))


if __name__ == "__main__":
    app(prog_name="python -m export")
