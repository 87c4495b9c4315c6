"""What the graph of a task must take and give: names, element types and shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.errors import InvalidModel

Shape = tuple[int | str, ...]

ASKED = "asked"
"""What a graph of several tasks may be given, `bool[N,T]` with a default: which of the card's
tasks, in their order, are asked about each picture. Outputs of one that none is asked are empty."""


def named(task: str, output: str) -> str:
    """What a graph of several tasks calls an output of one of them."""
    return f"{task}/{output}"


def task_of(output: str) -> str:
    """The task that an output of a graph of several tasks is `named` by."""
    return output.partition("/")[0]


@dataclass(frozen=True)
class Tensor:
    """One input or output of a graph.

    `dtype` is a numpy name such as `uint8`. A dimension is a number that the graph must have, or
    a letter: `N` is the batch and must be free, the others may be free or fixed.
    """

    dtype: str
    shape: Shape

    def __str__(self) -> str:
        return f"{self.dtype}[{','.join(str(side) for side in self.shape)}]"

    def mismatch(self, found: "Tensor") -> str | None:
        """Say what of `found` breaks this promise, or `None`."""
        if found.dtype != self.dtype or len(found.shape) != len(self.shape):
            return f"is {found}, must be {self}"
        for wanted, side in zip(self.shape, found.shape, strict=True):
            if isinstance(wanted, int) and side != wanted:
                return f"is {found}, must be {self}"
            if wanted == "N" and isinstance(side, int):
                return f"has a fixed batch of {side}, N must be free"
        return None


@dataclass(frozen=True)
class Contract:
    """The tensors of one task."""

    inputs: Mapping[str, Tensor]
    outputs: Mapping[str, Tensor]
    optional: Mapping[str, Tensor] = field(default_factory=dict)
    """Outputs that a graph may also give."""
    choices: Mapping[str, Tensor] = field(default_factory=dict)
    """Inputs that a graph may also take."""

    def check(self, inputs: Mapping[str, Tensor], outputs: Mapping[str, Tensor]) -> None:
        """Compare a graph with the contract; outputs nobody asked for are allowed.

        Raises:
            InvalidModel: naming the first tensor that is missing or wrong.
        """
        taken = {**self.inputs, **self.choices}
        if unknown := set(inputs) - set(taken):
            raise InvalidModel(f"input {sorted(unknown)[0]!r} is not part of the contract")
        _compare("input", taken, inputs, required=tuple(self.inputs))
        _compare("output", {**self.outputs, **self.optional}, outputs, tuple(self.outputs))


def _compare(
    kind: str, wanted: Mapping[str, Tensor], found: Mapping[str, Tensor], required: Sequence[str]
) -> None:
    for name, tensor in wanted.items():
        if name in found:
            if problem := tensor.mismatch(found[name]):
                raise InvalidModel(f"{kind} {name!r} {problem}")
        elif name in required:
            raise InvalidModel(f"{kind} {name!r} ({tensor}) is missing")
