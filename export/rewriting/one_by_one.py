"""A graph of one picture made one of any number: ONNX's Scan asks it about each in turn."""

import onnx
from onnx import TensorProto, helper

PREFIX = "one_by_one."
"""Of the names of what is added."""


def one_by_one(model: onnx.ModelProto) -> onnx.ModelProto:
    """Put a graph of a batch of one into the body of a `Scan` over the batch.

    Weights stay in the graph itself, which the body sees.

    Args:
        model: takes `image` `[1, H, W, 3]` and gives outputs whose first side is 1.
    """
    graph = model.graph
    (image,) = graph.input
    kind, sides = _shape(image)
    axes = helper.make_tensor(f"{PREFIX}axes", TensorProto.INT64, [1], [0])
    picture = helper.make_tensor_value_info(f"{PREFIX}picture", kind, sides[1:])
    free = helper.make_tensor_value_info(image.name, kind, ["N", *sides[1:]])
    # A name may not mean one thing in the body and another around it.
    own = {value.name: f"{PREFIX}one.{value.name}" for value in (image, *graph.output)}
    nodes = [helper.make_node("Unsqueeze", [picture.name, axes.name], [own[image.name]])]
    for node in graph.node:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                names[place] = own.get(name, name)
        nodes.append(node)
    inner, outer = [], []
    for output in graph.output:
        kind, sides = _shape(output)
        one = f"{PREFIX}{output.name}"
        nodes.append(helper.make_node("Squeeze", [own[output.name], axes.name], [one]))
        inner.append(helper.make_tensor_value_info(one, kind, sides[1:]))
        outer.append(helper.make_tensor_value_info(output.name, kind, ["N", *sides[1:]]))
    body = helper.make_graph(nodes, "one", [picture], inner)
    names = [output.name for output in outer]
    scan = helper.make_node("Scan", [image.name], names, num_scan_inputs=1, body=body)
    made = onnx.ModelProto()
    made.CopyFrom(model)
    weights = [*graph.initializer, axes]
    made.graph.CopyFrom(helper.make_graph([scan], graph.name, [free], outer, weights))
    return made


def _shape(value: onnx.ValueInfoProto) -> tuple[int, list[int | str]]:
    """Element type and sides."""
    tensor = value.type.tensor_type
    sides = [
        dim.dim_value if dim.HasField("dim_value") else dim.dim_param for dim in tensor.shape.dim
    ]
    return tensor.elem_type, sides
