"""Whether a network answers with probabilities already, and if not, what makes them."""

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto

from export.errors import UnusableGraph

SUM_ERROR = 1e-2
"""How far from 1 probabilities may add up, as they do in half precision and 8 bits."""

# These move or scale numbers, but decide nothing.
_CARRIERS = {
    "Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose",
    "QuantizeLinear", "DequantizeLinear",
}  # fmt: skip

SIGMOIDS = ("Sigmoid", "HardSigmoid")
"""Behind them each number is a probability of its own."""


class Activation(StrEnum):
    """What is put behind a network; `auto` looks whether there is something already."""

    auto = "auto"
    softmax = "softmax"
    sigmoid = "sigmoid"
    none = "none"


def ending(model: ModelProto) -> str:
    """The operator that the numbers of the answer come from, such as `Gemm` or `Softmax`."""
    makers = {name: node for node in model.graph.node for name in node.output}
    node = makers.get(model.graph.output[0].name)
    while node is not None and node.op_type in _CARRIERS:
        node = makers.get(node.input[0])
    return "" if node is None else str(node.op_type)


def are_distributions(values: NDArray[Any]) -> bool:
    """Whether along the last axis nothing is negative and everything adds up to 1."""
    exact = values.astype(np.float64)
    return bool((exact >= 0).all() and (np.abs(exact.sum(-1) - 1) <= SUM_ERROR).all())


def are_shares(values: NDArray[Any]) -> bool:
    """Whether all values lie in 0..1, up to rounding."""
    return bool((values >= -SUM_ERROR).all() and (values <= 1 + SUM_ERROR).all())


def chosen(wanted: Activation, model: ModelProto, values: NDArray[Any]) -> Activation:
    """What is missing behind the network; never `auto`.

    Args:
        wanted: by whoever knows.
        model: of which the end is looked at.
        values: that it answered to some pictures, `[..., C]`.

    Raises:
        UnusableGraph: nothing is to be added, but the values are no probabilities.
    """
    if wanted == Activation.auto:
        done = ending(model) in ("Softmax", *SIGMOIDS) or are_distributions(values)
        return Activation.none if done else Activation.softmax
    if wanted == Activation.none and not are_shares(values):
        raise UnusableGraph(
            f"its answers lie in {values.min():.3g} to {values.max():.3g}, which are no "
            "probabilities: --activation none is not enough"
        )
    return wanted
