"""A network's body in half precision: half the bytes, and the tensor cores of a GPU."""

import onnx
from onnx import TensorProto, helper, numpy_helper

from export.errors import ExportError
from export.optimize.body import body

TYPED = frozenset({"Cast", "CastLike", "ConstantOfShape"})
"""Operators whose output has the type that an attribute names, whatever they are given."""

FLOAT_INPUTS = {"Resize": (1, 2)}
"""Inputs that ONNX wants in single precision."""


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Compute a network's body in float16, all before and behind it in float32 as before.

    A processor without float16 arithmetic gets float32 back from onnxruntime, operator by operator.
    `onnxruntime.transformers.float16` is of no use here: it rounds what passes between two
    operators that were to stay in float32, and leaves nodes in an order that ONNX forbids.

    Args:
        model: as `folding.folded` gives it; it is not changed.

    Raises:
        ExportError: nothing lies between the ends of the network.
    """
    result = onnx.ModelProto()
    result.CopyFrom(model)
    graph = result.graph
    inside = body(graph) - {node.name for node in graph.node if node.op_type in TYPED}
    if not inside:
        raise ExportError(
            "nothing lies before the network's last layer: half precision gains nothing"
        )
    singles = _singles(graph)
    weights = {tensor.name: tensor for tensor in graph.initializer}
    halves = {
        (node.name, place)
        for node in graph.node
        for place, name in enumerate(node.input)
        if node.name in inside
        and name in singles
        and place not in FLOAT_INPUTS.get(node.op_type, ())
    }
    needed = {output.name for output in graph.output} | {
        name
        for node in graph.node
        for place, name in enumerate(node.input)
        if (node.name, place) not in halves
    }

    made: dict[str, str] = {}
    nodes = []
    for node in graph.node:
        for place, name in enumerate(node.input):
            if (node.name, place) in halves:
                if name not in made:
                    made[name] = f"{name}_float16"
                    if name not in weights:
                        nodes.append(_cast(name, made[name], TensorProto.FLOAT16))
                node.input[place] = made[name]
        nodes.append(node)
        for place, name in enumerate(node.output):
            if node.name in inside and name in singles:
                made[name] = node.output[place] = f"{name}_float16"
                if name in needed:
                    nodes.append(_cast(made[name], name, TensorProto.FLOAT))
    del graph.node[:]
    graph.node.extend(nodes)

    stored = [tensor for tensor in graph.initializer if tensor.name in needed]
    stored += [_half(weights[name], made[name]) for name in made if name in weights]
    del graph.initializer[:]
    graph.initializer.extend(stored)
    return result


def _singles(graph: onnx.GraphProto) -> set[str]:
    """Names of all float32 values."""
    kinds = {tensor.name: tensor.data_type for tensor in graph.initializer}
    for value in (*graph.input, *graph.value_info, *graph.output):
        kinds[value.name] = value.type.tensor_type.elem_type
    return {name for name, kind in kinds.items() if kind == TensorProto.FLOAT}


def _cast(given: str, made: str, kind: int) -> onnx.NodeProto:
    return helper.make_node("Cast", [given], [made], f"Cast_{made}", to=kind)


def _half(tensor: TensorProto, name: str) -> TensorProto:
    return numpy_helper.from_array(numpy_helper.to_array(tensor).astype("float16"), name)
