"""What every answer is: from what a network gives to what a task promises, and a twin in numpy."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.typing import NDArray
from onnx import ModelProto

from export.errors import UnusableGraph
from export.parity import Difference
from export.wrapping.activation import Activation
from export.wrapping.nodes import Nodes
from export.wrapping.pixels import Layout, Pixels

Shape = tuple[int | str, ...]


@dataclass(frozen=True)
class Observed:
    """What a network was seen to do.

    Attributes:
        model: the network.
        raw: its answers to several pictures.
        sides: height and width of those.
        fixed: it takes those sides only.
        pixels: how it wants its pictures.
        activation: what is to be put behind it.
    """

    model: ModelProto
    raw: NDArray[Any]
    sides: tuple[int, int]
    fixed: bool
    pixels: Pixels
    activation: Activation

    @property
    def free(self) -> Shape:
        """Sides of the pictures as a graph declares them."""
        return self.sides if self.fixed else ("H", "W")

    @property
    def axis(self) -> int:
        """Where the channels of a map are."""
        return 1 if self.pixels.layout == Layout.nchw else 3

    def unlike(self, wanted: str) -> UnusableGraph:
        """The error that says what came instead of what a task needs."""
        shape = "x".join(str(side) for side in self.raw.shape[1:])
        height, width = self.sides
        return UnusableGraph(f"for a picture of {height}x{width} it answers {shape}, but {wanted}")


class Answer(ABC):
    """What is put behind a network.

    Args:
        observed: what the network does.

    Raises:
        UnusableGraph: the network does something else than the task is about.
    """

    outputs: Mapping[str, tuple[int, Shape]]
    """Element type and shape of what the graph gives, by name."""
    labels: int | None = None
    """How many labels the card must have, if any."""
    opset: ClassVar[int] = 8
    """The oldest opset that the nodes exist in."""
    scale: int = 1
    """How many times larger the answer is than the picture."""
    multilabel: bool = False
    """Scores do not exclude each other."""
    added: str = "nothing"
    """What is computed behind the network, for people."""

    def __init__(self, observed: Observed) -> None:
        self.observed = observed

    @property
    def needs(self) -> int:
        """The oldest opset that this answer can be written in."""
        return self.opset

    @abstractmethod
    def write(self, nodes: Nodes, raw: str, sides: str) -> None:
        """Write `outputs`.

        Args:
            nodes: are added to.
            raw: name of the network's answer, float32.
            sides: name of the pictures' height and width, int64 `[2]`.
        """

    @abstractmethod
    def expected(self, raw: NDArray[Any], height: int, width: int) -> dict[str, NDArray[Any]]:
        """The same by numpy.

        Args:
            raw: what the network answers.
            height: of the pictures.
            width: of the pictures.
        """

    def consistent(self, found: Mapping[str, NDArray[Any]]) -> dict[str, Difference]:
        """How far outputs are from what others of them imply, by name; the network shows neither.

        Args:
            found: what the wrapped file answers, by output.
        """
        return {}
