"""From a recipe and a file of weights to a published model, and a line that says so."""

from dataclasses import replace
from pathlib import Path

from export.commands.console import checked_name, console, one_line
from export.recipe import Recipe, export
from export.weights import file_digest, read_weights


def renamed(recipe: Recipe, name: str | None) -> Recipe:
    """The recipe under a name that was asked for, if one was."""
    return replace(recipe, name=checked_name(name)) if name else recipe


def publish(recipe: Recipe, file: Path, models: Path, *, hash_file: bool = False) -> None:
    """Make the model of a file of weights and say what came out."""
    with one_line(), console.status(f"{recipe.name}: reading {file}") as status:
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
