"""What a model runs."""

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

from app.runtime.contract import Tensor
from app.runtime.runs import Arrays


class Graph(Protocol):
    """Tensors in, tensors out, each with its name."""

    @property
    def providers(self) -> tuple[str, ...]:
        """What runs it, best first."""

    @property
    def inputs(self) -> Mapping[str, Tensor]:
        """What it takes, by name."""

    @property
    def defaulted(self) -> Mapping[str, Tensor]:
        """What it may be given as well, by name; it has a default for each."""

    @property
    def outputs(self) -> Mapping[str, Tensor]:
        """What it gives, by name."""

    @property
    def asleep(self) -> bool:
        """It is not in memory until it is run."""

    def sleep(self) -> None:
        """Give its memory back until it is run."""

    def run(self, inputs: Arrays) -> Mapping[str, NDArray[Any]]:
        """Every output, by name."""
