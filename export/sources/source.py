"""What every source of torch networks gives, and how their weights are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from torch import Tensor, nn

from export.architectures.loading import load_exactly
from export.errors import ExportError, UnusableWeights
from export.graphs.graph import Graph
from export.labels import Labels
from export.recipe import Recipe, Say
from export.sources.library import WITH_TORCH
from export.weights import digest, file_digest, read_weights


@dataclass(frozen=True)
class Sourced:
    """A network that is built and wrapped, and what is known of it.

    Attributes:
        recipe: what it becomes.
        graph: the network with everything before and after it.
        sha256: of the weights, as `given` says.
    """

    recipe: Recipe
    graph: Graph
    sha256: str


class Source(Protocol):
    """A library of networks."""

    def names(self) -> Sequence[str]:
        """Every network that can be asked for."""

    def load(self, name: str, weights: str | None, labels: Labels | None, say: Say) -> Sourced:
        """Build a network with its weights.

        Args:
            name: of the network, as the library calls it.
            weights: a file, or what the library calls a set of weights that it can download;
                `None`: the set that it prefers.
            labels: of the classes in their order; `None`: those of the data set that has as many.
            say: told of every step.

        Raises:
            ExportError: there is no such network, or its weights can not be had or do not fit.
        """


def source(kind: str) -> Source:
    """The source that is called so; its library is imported only now.

    Raises:
        ExportError: there is none.
    """
    if kind not in WITH_TORCH:
        raise ExportError(f"no source is called {kind!r}; there are {', '.join(WITH_TORCH)}")
    return cast("Source", import_module(f"export.sources.{kind}"))


def given(file: Path) -> tuple[Mapping[str, Tensor], str]:
    """Weights from a file, and their SHA-256: of the file, which anybody can compute again.

    A model that was exported here is another file each time its card changes; of that one it is
    that of the weights in it (`weights.digest`).

    Raises:
        UnusableWeights: the file is missing, damaged, or holds no plain state dict.
    """
    state = read_weights(file)
    return state, digest(state) if file.suffix.lower() == ".onnx" else file_digest(file)


def classes_of(state: Mapping[str, Tensor], layer: str, kind: str) -> int:
    """How many classes the last layer of a state dict tells apart.

    Raises:
        UnusableWeights: it has no such layer.
    """
    weight = state.get(f"{layer}.weight")
    if weight is None or not weight.dim():
        raise UnusableWeights(f"these are not the weights of {kind}: {layer}.weight is missing")
    return len(weight)


def fill(network: nn.Module, state: Mapping[str, Tensor], kind: str) -> None:
    """Load weights that must fit name by name and shape by shape.

    Raises:
        UnusableWeights: naming the first tensor that does not.
    """
    try:
        load_exactly(network, state, kind)
    except ValueError as error:
        raise UnusableWeights(str(error)) from error
