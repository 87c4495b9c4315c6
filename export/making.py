"""From a network to a published model: wrap, convert, describe, verify, publish."""

from collections.abc import Mapping
from pathlib import Path

import onnx
from torch import Tensor

from app.card import ModelCard
from export.architectures import ARCHITECTURES
from export.convert import convert
from export.eager import allowed
from export.errors import UnusableWeights, VerificationFailed
from export.graphs.by_task import GRAPHS
from export.graphs.graph import Graph
from export.halo import measure_halo
from export.publish import describe, staged, with_known_metrics
from export.recipe import Recipe, Say
from export.rewriting.gates import gated
from export.rewriting.half import rounded, store_half
from export.verify import TOLERANCE, Parity, verify
from export.weights import digest


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


def card(recipe: Recipe, graph: Graph, source_sha256: str) -> ModelCard:
    """Everything known of a model before it has been evaluated."""
    return ModelCard(
        task=recipe.task,
        tasks=graph.tasks,
        heads=dict(recipe.heads) if recipe.heads else None,
        name=recipe.name,
        version=recipe.version,
        title=recipe.title,
        labels=recipe.labels,
        fit=recipe.fit,
        scale=graph.scale,
        multiple=graph.multiple,
        # One answer to the whole picture, or to one of fixed sides, is never put together of tiles;
        # objects are no map, in which a halo could be seen, and several maps have none in common.
        halo=None
        if graph.sides or graph.whole or graph.tasks or "scores" in graph.outputs
        else measure_halo(graph),
        palette=recipe.palette,
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
    """Publish `models/<name>.onnx` of a state dict, or leave the folder as it was.

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
    graph = build(recipe, rounded(weights) if recipe.half else weights)
    sha256 = source_sha256 or digest(graph.network.state_dict())
    return export_graph(recipe, graph, models, source_sha256=sha256, say=say)


def export_graph(
    recipe: Recipe,
    graph: Graph,
    models: Path,
    *,
    source_sha256: str,
    say: Say = lambda _: None,
) -> tuple[Path, Parity]:
    """Publish a network that is already built and wrapped, from whatever source.

    Args:
        recipe: what to call it and to say of it; if it stores halves, the weights are `rounded`.
        graph: the network with everything before and after it.
        models: folder to publish in; made if it is missing.
        source_sha256: of its weights.
        say: told of every step.

    Returns:
        The file, and how near it is to the network.

    Raises:
        ExportError: the file does not compute what the network does.
        ModelError: the server would refuse the file.
    """
    say("converting it to ONNX")
    model = convert(graph)
    if recipe.half:
        store_half(model)
    if graph.tasks:
        model = gated(model, graph.tasks)
    say("measuring its halo, describing it")
    path = models / f"{recipe.name}.onnx"
    describe(model, with_known_metrics(card(recipe, graph, source_sha256), path))
    say("verifying it against the network")
    try:
        return path, _published(model, path, graph)
    except VerificationFailed:
        if not graph.single:
            raise
    say("it is not near enough: measuring how far the network's own rounding moves its answers")
    described = with_known_metrics(card(recipe, graph, source_sha256), path)
    describe(model, described.model_copy(update={"tolerance": allowed(graph)}))
    return path, _published(model, path, graph)


def _published(model: onnx.ModelProto, path: Path, graph: Graph) -> Parity:
    """Write the file if it computes what the network does."""
    with staged(model, path) as written:
        return verify(written, graph)
