"""From weights to a published model: build, wrap, convert, describe, verify, publish."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from app.card import Fit, ModelCard
from export.architectures import ARCHITECTURES
from export.convert import convert
from export.errors import UnusableWeights
from export.graph import Classifier, Graph, Upscaler
from export.halo import measure_halo
from export.publish import describe, staged, with_known_metrics
from export.verify import TOLERANCE, Parity, verify
from export.weights import digest

Say = Callable[[str], None]
"""Told in a few words what is being done."""


@dataclass(frozen=True)
class Recipe:
    """What turns a state dict into a model, besides the state dict.

    Attributes:
        name: of the model, and of its file without `.onnx`.
        architecture: a key of `ARCHITECTURES`.
        task: a key of `GRAPHS`.
        title: one line for people.
        fit: how pictures of any size are brought to the network; `None`: it takes every size.
        mean: of red, green and blue in 0..1, subtracted by recognition networks.
        std: that they divide by.
        labels: class names in the order of the network's outputs.
        source: where the weights come from.
        training_data: what they were trained on, and its terms.
        license: of the weights, an SPDX expression.
        author: of the weights.
        version: of the model.
    """

    name: str
    architecture: str
    task: str
    title: str
    fit: Fit | None = None
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    labels: tuple[str, ...] | None = None
    source: str = ""
    training_data: str = "not stated"
    license: str = "NOASSERTION"
    author: str = ""
    version: str = "1"


def build(recipe: Recipe, weights: Mapping[str, Tensor]) -> Graph:
    """Make the network of the weights and put the recipe's graph around it.

    Raises:
        UnusableWeights: they are of another network, or there are not as many labels as outputs.
    """
    try:
        network = ARCHITECTURES[recipe.architecture](weights)
    except ValueError as error:
        raise UnusableWeights(" ".join(str(error).split())) from error
    return GRAPHS[recipe.task](recipe, network).eval()


def _classifier(recipe: Recipe, network: Any) -> Graph:
    outputs = network.head.out_features
    if recipe.labels is not None and len(recipe.labels) != outputs:
        raise UnusableWeights(f"{len(recipe.labels)} labels, but the network has {outputs} outputs")
    assert recipe.fit is not None
    assert recipe.fit.crop is not None
    sides = (recipe.fit.crop, recipe.fit.crop)
    return Classifier(network, sides=sides, mean=recipe.mean, std=recipe.std)


def _upscaler(_: Recipe, network: Any) -> Graph:
    return Upscaler(network, scale=network.scale)


GRAPHS: Mapping[str, Callable[[Recipe, Any], Graph]] = {
    "classification": _classifier,
    "super-resolution": _upscaler,
}
"""What is put around a network, by task."""


def card(recipe: Recipe, graph: Graph, source_sha256: str) -> ModelCard:
    """Everything known of a model before it has been evaluated."""
    return ModelCard(
        task=recipe.task,
        name=recipe.name,
        version=recipe.version,
        title=recipe.title,
        labels=recipe.labels,
        fit=recipe.fit,
        scale=graph.scale,
        halo=None if graph.sides else measure_halo(graph),
        source=recipe.source,
        source_sha256=source_sha256,
        tolerance=TOLERANCE,
        training_data=recipe.training_data,
        model_license=recipe.license,
        model_author=recipe.author,
    )


def export(
    recipe: Recipe,
    weights: Mapping[str, Tensor],
    models: Path,
    *,
    source_sha256: str | None = None,
    say: Say = lambda _: None,
) -> tuple[Path, Parity]:
    """Publish `models/<name>.onnx`, or leave the folder as it was.

    Args:
        recipe: what to make.
        weights: a state dict of the recipe's architecture.
        models: folder to publish in; made if it is missing.
        source_sha256: of the file that the weights are from; by default `weights.digest` of the
            network's own state dict, which survives the way to ONNX and back.
        say: told of every step.

    Returns:
        The file, and how near it is to the network.

    Raises:
        ExportError: the weights do not fit, or the file does not compute what the network does.
        ModelError: the server would refuse the file.
    """
    say("building the network")
    graph = build(recipe, weights)
    say("converting it to ONNX")
    model = convert(graph)
    say("describing it")
    path = models / f"{recipe.name}.onnx"
    sha256 = source_sha256 or digest(graph.network.state_dict())
    describe(model, with_known_metrics(card(recipe, graph, sha256), path))
    say("verifying it against the network")
    with staged(model, path) as written:
        parity = verify(written, graph)
    return path, parity
