"""What every graph is: a network with everything before and after it."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn


class Graph(nn.Module):
    """A network with everything before and after it: pictures in, answers out."""

    network: Any
    """What is wrapped, an `nn.Module`."""
    inputs: tuple[str, ...] = ("image",)
    """Names of what `forward` takes, in its order."""
    outputs: tuple[str, ...]
    """Names of what `forward` returns, in its order."""
    tasks: tuple[str, ...] | None = None
    """Of a graph that answers several questions, which."""
    axes: Mapping[str, Mapping[int, str]]
    """Free dimensions of the input and of every output: tensor -> axis -> name."""
    scale: int = 1
    """How many times larger the answer is than the picture."""
    single: bool = False
    """It takes one picture at a time, and is repeated for each of a batch (`one_by_one`)."""
    sides: tuple[int, int] | None = None
    """Height and width of the input; `None`: any multiples of `multiple`."""
    multiple: int = 1
    """What height and width must be multiples of."""
    stride: int = 1
    """What the graph itself pads height and width to multiples of."""

    whole: bool = False
    """An answer depends on all of a picture, so that it has no halo."""

    def examples(self, count: int, height: int, width: int, seed: int) -> tuple[Tensor, ...]:
        """Random `inputs`, such as `pictures` of that size."""
        return (self.pictures(count, height, width, seed),)

    def pictures(self, count: int, height: int, width: int, seed: int) -> Tensor:
        """Random pictures `[count, height, width, 3]` in the type that `forward` takes."""
        raise NotImplementedError

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Compute `outputs` of a batch of `inputs`."""
        raise NotImplementedError
