"""The graph that a recipe's task asks for, with the sides that its fit gives."""

from collections.abc import Callable, Mapping
from typing import Any

from app.imaging.palette import VOID
from export.errors import UnusableWeights
from export.graphs.detection import Detector
from export.graphs.edges import EdgeMapper
from export.graphs.gap import OWN_HEAD, GapHead
from export.graphs.graph import Graph
from export.graphs.pictures import FlowMapper, Painter
from export.graphs.recognition import Classifier, SaliencyMapper, Scorer, Segmenter
from export.graphs.several import TOGETHER, Several
from export.graphs.upscaling import Upscaler
from export.recipe import Recipe


def classifier(
    recipe: Recipe, network: Any, classes: int, head: GapHead | None = OWN_HEAD
) -> Graph:
    """Put scores around a network, and evidence where it has a head that gives it.

    Args:
        recipe: whose fit fixes the sides: scores need a size to be trained for.
        network: gives logits `[N, classes]`.
        classes: how many.
        head: where its linear layer behind a global average is; `None`: it has no such head.

    Raises:
        UnusableWeights: there are not as many labels as classes.
    """
    _check_labels(recipe, classes)
    assert recipe.fit is not None
    assert recipe.fit.longest is None
    options = _input(recipe, network)
    graph = (
        Scorer(network, **options) if head is None else Classifier(network, head=head, **options)
    )
    return graph.eval()


def segmenter(recipe: Recipe, network: Any, classes: int) -> Graph:
    """Put the class of every pixel behind a network that gives logits of any resolution.

    Args:
        recipe: whose fit may leave the sides free.
        network: says in `multiple` what they must be multiples of.
        classes: how many.

    Raises:
        UnusableWeights: a mask can not hold so many, or there are not as many labels.
    """
    if classes > VOID:
        raise UnusableWeights(f"a mask holds {VOID} classes, the network has {classes}")
    _check_labels(recipe, classes)
    return Segmenter(network, **_input(recipe, network)).eval()


def _detector(recipe: Recipe, network: Any) -> Graph:
    _check_labels(recipe, network.head.out_channels)
    return Detector(network, **_input(recipe, network))


def _saliency_mapper(recipe: Recipe, network: Any) -> Graph:
    return SaliencyMapper(network, **_input(recipe, network))


def _flow_mapper(recipe: Recipe, network: Any) -> Graph:
    return FlowMapper(network, **_input(recipe, network))


def _painter(recipe: Recipe, network: Any) -> Graph:
    _check_labels(recipe, network.styles)
    return Painter(network, styles=network.styles, multiple=network.multiple)


def _edge_mapper(recipe: Recipe, network: Any) -> Graph:
    return EdgeMapper(network, **_input(recipe, network))


def _upscaler(_: Recipe, network: Any) -> Graph:
    return Upscaler(network, scale=network.scale)


def _several(recipe: Recipe, network: Any) -> Graph:
    for task, head in (recipe.heads or {}).items():
        outputs = network.heads[task].head.out_channels
        if head.labels is not None and len(head.labels) != outputs:
            raise UnusableWeights(
                f"{len(head.labels)} labels for {task}, but the network has {outputs} outputs"
            )
    return Several(network, **_input(recipe, network))


GRAPHS: Mapping[str, Callable[[Recipe, Any], Graph]] = {
    "classification": lambda recipe, net: classifier(recipe, net, net.head.out_features),
    "detection": _detector,
    "edges": _edge_mapper,
    "flow": _flow_mapper,
    "saliency": _saliency_mapper,
    TOGETHER: _several,
    "segmentation": lambda recipe, net: segmenter(recipe, net, net.head.out_channels),
    "style": _painter,
    "super-resolution": _upscaler,
}
"""What is put around a network of `ARCHITECTURES`, by task."""


def _check_labels(recipe: Recipe, outputs: int) -> None:
    if recipe.labels is not None and len(recipe.labels) != outputs:
        raise UnusableWeights(f"{len(recipe.labels)} labels, but the network has {outputs} outputs")


def _input(recipe: Recipe, network: Any) -> dict[str, Any]:
    """What a recognition graph takes: sides fixed by the fit, else multiples that suit."""
    how, sides = recipe.fit, None
    if how is not None and how.crop is not None:
        sides = (how.crop, how.crop)
    elif how is not None:
        sides = how.size
    multiple = 1 if sides else network.multiple
    return {"mean": recipe.mean, "std": recipe.std, "sides": sides, "multiple": multiple}
