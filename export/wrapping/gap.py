"""A linear layer behind a global average, looked for at the end of a third party's graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from export.wrapping.nodes import Nodes

_ACTIVATIONS = {"Identity", "Softmax", "Sigmoid"}
_CARRIERS = {"Identity", "Dropout", "Reshape", "Flatten", "Squeeze"}
"""What may stand behind the linear layer, and between the average and it."""


@dataclass(frozen=True)
class GapHead:
    """What the logits are made of: `mean(maps) @ matrix + bias`.

    Attributes:
        maps: name of the last maps `[N, D, h, w]`.
        weight: name of the layer's weight in the graph.
        across: it is stored as `[D, C]`, else as `[C, D]`.
        matrix: `[D, C]`.
        bias: `[C]`.
    """

    maps: str
    weight: str
    across: bool
    matrix: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, features: NDArray[Any]) -> NDArray[np.float64]:
        """Of the means of the maps `[N, D]`, in double precision `[N, C]`."""
        found: NDArray[np.float64] = features.astype(np.float64) @ self.matrix + self.bias
        return found

    def write(self, nodes: Nodes) -> None:
        """Write `features` `[N, D]` and `evidence` `[N, C, h, w]`, by the weight that is there."""
        nodes.add("Flatten", nodes.add("GlobalAveragePool", self.maps), output="features", axis=1)
        weight = nodes.add("Transpose", self.weight, perm=[1, 0]) if self.across else self.weight
        shape = nodes.integers(*self.matrix.T.shape, 1, 1)
        nodes.add("Conv", self.maps, nodes.add("Reshape", weight, shape), output="evidence")


def gap_head(model: ModelProto) -> GapHead | None:
    """The head of a network that answers logits, or their softmax or sigmoid; `None`: another one.

    Followed is the one way back from the answer, and whatever is not known on it ends the search.
    Channels must come first in the maps, as converters put them; weights must be float32.
    """
    graph = model.graph
    makers = {name: node for node in graph.node for name in node.output}
    constants = {tensor.name: tensor for tensor in graph.initializer}

    def passed(name: str, over: set[str]) -> NodeProto:
        node: NodeProto = makers[name]
        while node.op_type in over:
            node = makers[node.input[0]]
        return node

    try:
        linear, bias = passed(graph.output[0].name, _ACTIVATIONS), ""
        if linear.op_type == "Add":
            flow, bias = sorted(linear.input, key=lambda name: name in constants)
            linear = makers[flow]
        if linear.op_type not in ("MatMul", "Gemm"):
            return None
        pool = passed(linear.input[0], _CARRIERS)
    except KeyError:  # an input of the network, or a constant
        return None
    options = {one.name: helper.get_attribute_value(one) for one in linear.attribute}
    across = not options.pop("transB", 0)
    if options.pop("transA", 0) or any(value != 1 for value in options.values()):
        return None
    bias = linear.input[2] if len(linear.input) > 2 else bias
    if linear.input[1] not in constants or (bias and bias not in constants):
        return None
    weight = numpy_helper.to_array(constants[linear.input[1]])
    matrix = weight if across else weight.T
    if weight.dtype != np.float32 or weight.ndim != 2 or not _is_global(pool, constants):
        return None
    shift = np.zeros(matrix.shape[1], np.float32)
    if bias:
        shift = shift + numpy_helper.to_array(constants[bias]).reshape(-1)  # or one for all
    return GapHead(pool.input[0], linear.input[1], across, matrix, shift)


def _is_global(pool: NodeProto, constants: Mapping[str, TensorProto]) -> bool:
    """Whether it takes the mean over height and width, which come last."""
    if pool.op_type != "ReduceMean":
        return bool(pool.op_type == "GlobalAveragePool")
    axes = [one.ints for one in pool.attribute if one.name == "axes"]
    if len(pool.input) > 1 and pool.input[1] in constants:  # since opset 18
        axes = [numpy_helper.to_array(constants[pool.input[1]])]
    return [{int(axis) % 4 for axis in one} for one in axes] == [{2, 3}]
