"""A network that takes any number of pictures at once, whatever number it was exported with."""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, numpy_helper

from export.errors import UnusableGraph, first_line
from export.parity import difference
from export.wrapping.nodes import Nodes
from export.wrapping.surgery import opset, session
from export.wrapping.third_party import PREFIX, ThirdParty

SHAPED = {"Reshape": 1, "Expand": 1, "Resize": 3}
"""Operators that take a shape, and at which of their inputs."""

TOLERANCE = 1e-3
"""Difference allowed between pictures together and one by one. A batch that is mixed up differs
by as much as the answers do; kernels for other sizes differ in the last bits, in half precision
by more of them."""


def freed(third: ThirdParty, given: NDArray[Any], expected: NDArray[Any]) -> ModelProto:
    """The network with a free batch, proved on pictures that were answered one by one.

    If it is pinned by more than the input's shape, then constant shapes that begin with the
    pinned number are given the number of pictures instead.

    Args:
        third: the network.
        given: pictures as the network takes them, at least two, all different.
        expected: what the file answers to each.

    Raises:
        UnusableGraph: pictures together still get other answers than one by one.
    """
    model = ModelProto()
    model.CopyFrom(third.model)
    _free(model)
    problem = _problem(model, given, expected)
    if problem is None:
        return model
    pinned = third.shape[0]
    if pinned is not None and _repaired(model, PREFIX + third.input, pinned):
        problem = _problem(model, given, expected)
    if problem is not None:
        fixed = "" if pinned is None else f" (it was exported for {pinned})"
        raise UnusableGraph(f"it can not take several pictures at once{fixed}: {problem}")
    return model


def _free(model: ModelProto) -> None:
    for value in (*model.graph.input, *model.graph.output):
        shape = value.type.tensor_type.shape
        if shape.dim:
            shape.dim[0].dim_param = "N"


def _problem(model: ModelProto, given: NDArray[Any], expected: NDArray[Any]) -> str | None:
    """What is wrong with the answers to several pictures at once and to one, if anything."""
    try:
        run = session(model).run
    except UnusableGraph as error:  # shapes that contradict each other may show already here
        return str(error)
    name = model.graph.input[0].name
    for count in (len(given), 1):
        try:
            found = run(None, {name: given[:count]})[0]
        except Exception as error:  # onnxruntime's own classes share no base but Exception
            return first_line(error)
        if found.shape != expected[:count].shape:
            return f"{count} pictures get an answer of {found.shape}"
        apart = difference(expected[:count].astype(np.float32), found.astype(np.float32))
        if not apart <= TOLERANCE:
            return f"pictures in one batch get answers that differ by {apart:.2g} from their own"
    return None


def _repaired(model: ModelProto, picture: str, pinned: int) -> bool:
    """Make the first number of pinned shapes the number of pictures; whether there were any."""
    graph = model.graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    constants |= {
        node.output[0]: attribute.t
        for node in graph.node
        for attribute in node.attribute
        if node.op_type == "Constant" and attribute.name == "value"
    }
    nodes = Nodes("batch.", opset(model))
    batch = nodes.add("Gather", nodes.add("Shape", picture), nodes.integers(0))
    dependent, found = {picture}, False
    for node in graph.node:
        if not dependent.intersection(node.input):
            continue  # made of weights alone, as is a kernel that is put into another shape
        dependent.update(node.output)
        sides = _pinned(node, constants, pinned)
        if sides is not None:
            rest = [nodes.integers(*sides)] if sides else []
            whole = nodes.add("Concat", batch, *rest, axis=0)
            node.input[SHAPED[node.op_type]] = whole
            found = True
    kept = list(graph.node)
    del graph.node[:]
    graph.node.extend([*nodes.nodes, *kept])
    graph.initializer.extend(nodes.constants)
    return found


def _pinned(
    node: NodeProto, constants: dict[str, onnx.TensorProto], pinned: int
) -> list[int] | None:
    """What follows the pinned number in the constant shape of a node, if it has one."""
    place = SHAPED.get(node.op_type)
    if place is None or place >= len(node.input) or node.input[place] not in constants:
        return None
    shape = numpy_helper.to_array(constants[node.input[place]]).tolist()
    # Resize of opset 18 may name some axes only; then its sizes do not begin with the batch.
    if any(attribute.name == "axes" for attribute in node.attribute):
        return None
    return shape[1:] if shape and shape[0] == pinned else None
