"""The body of a network: the part that may be computed coarsely because its ends are not."""

from collections import defaultdict
from collections.abc import Mapping

import onnx

WEIGHTED = frozenset({"Conv", "ConvTranspose", "Gemm"})
"""Operators that networks learn the weights of. Not `MatMul`: graphs that enlarge pictures
change colours by it, before their first convolution and behind their last."""


def body(graph: onnx.GraphProto) -> set[str]:
    """Names of the nodes that lie between a network's ends.

    The last convolution or linear layer, and all behind it, is never part of it: scores, evidence
    and colours are computed in float32 from it on. A linear head and the convolution that gives
    its evidence are both last, so that evidence explains scores to the digit in every variant.

    The first convolution is part of it where pictures are bytes, which 8 bits hold as they are.
    Where they are float32, pictures are restored, and every digit lost there is seen.

    Args:
        graph: its nodes named and in topological order.
    """
    behind, before = _behind(graph), _before(graph)
    kinds = {given.type.tensor_type.elem_type for given in graph.input}
    bytes_in = onnx.TensorProto.UINT8 in kinds
    return {
        node.name
        for node in graph.node
        if node.name in before and (node.name in behind or (bytes_in and node.op_type in WEIGHTED))
    }


def _behind(graph: onnx.GraphProto) -> set[str]:
    """Nodes that take anything that weights had a part in."""
    found: set[str] = set()
    learned: set[str] = set()
    for node in graph.node:
        if learned.intersection(node.input):
            found.add(node.name)
        if node.name in found or node.op_type in WEIGHTED:
            learned.update(node.output)
    return found


def _before(graph: onnx.GraphProto) -> set[str]:
    """Nodes whose values go on to weights."""
    found: set[str] = set()
    takers = takers_of(graph)
    for node in reversed(graph.node):
        following = [taker for name in node.output for taker in takers[name]]
        if any(taker.op_type in WEIGHTED or taker.name in found for taker in following):
            found.add(node.name)
    return found


def takers_of(graph: onnx.GraphProto) -> Mapping[str, list[onnx.NodeProto]]:
    """The nodes that take a value, by its name."""
    takers: dict[str, list[onnx.NodeProto]] = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            takers[name].append(node)
    return takers
