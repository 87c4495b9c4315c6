"""What torch itself answers to the pictures that a file is tried with, and how it rounds that."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from export.errors import VerificationFailed
from export.graphs.graph import Graph
from export.parity import BATCHES, TOLERANCE, aligned, difference, joined, sides_tried

TIMES = 4
"""How many times as far as torch's own single precision is from double a file may be from torch.
Both are rounding errors of the same network, of which one may well be twice the other."""

MOST = 0.01
"""What no file may be off: a network that rounds worse gives nothing to compare with."""


def tried(graph: Graph) -> Iterator[tuple[Tensor, ...]]:
    """Inputs of several sizes, seeds fixed."""
    sides = sides_tried(graph.sides, graph.multiple, graph.stride)
    for seed, (count, (height, width)) in enumerate(zip(BATCHES, sides, strict=True), start=1):
        yield graph.examples(count, height, width, seed)


def answer(graph: Graph, given: tuple[Tensor, ...]) -> Mapping[str, NDArray[Any]]:
    """Each output by its name."""
    with torch.no_grad():
        return {
            name: output.numpy() for name, output in zip(graph.outputs, graph(*given), strict=True)
        }


def roughness(graph: Graph) -> float:
    """How far a detector's answers in single precision are from its own in double.

    One that decodes its own answers computes boxes from boxes that it computed, by exponentials,
    and keeps or drops each by comparing numbers that may be nearly equal. With some weights, such
    as random ones, that enlarges rounding a thousandfold: then torch in single precision is as far
    from the exact answer as a faithful file is.

    Returns:
        The `error` of `export.parity.Difference` over all that is `tried`.
    """
    exact = copy.deepcopy(graph).double()
    given = list(tried(graph))
    expected, found = aligned(
        *(joined([answer(one.eval(), each) for each in given]) for one in (exact, graph))
    )
    return max(difference(expected[name], found[name]) for name in expected)


def allowed(graph: Graph) -> float:
    """How far a file may be from a detector that rounds badly, on two digits.

    Raises:
        VerificationFailed: rounding changes what it finds.
    """
    rounding = roughness(graph)
    if not rounding * TIMES <= MOST:
        raise VerificationFailed(
            f"torch in single precision is {rounding:.2g} off its own answers in double, so that "
            "nothing can be said of the file"
        )
    return max(TOLERANCE, float(f"{rounding * TIMES:.1e}"))
