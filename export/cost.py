"""What a graph costs: how many weights it has, and how many multiplications a picture takes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper

from app.runtime.contract import Tensor
from app.runtime.session import inputs_of
from export.errors import ExportError, UnusableWeights, first_line
from export.rewriting.gates import ungated
from export.weights import weights_from_onnx

# Batch normalization counts these while it trains; nobody learns them.
_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")

_FLOATS = {
    onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16,
    onnx.TensorProto.BFLOAT16, onnx.TensorProto.DOUBLE,
}  # fmt: skip

Shape = tuple[int, ...]


def parameters(path: Path) -> int:
    """Count the learned numbers in a model file.

    In a file that was exported here they have names of their own: means, colour matrices and
    interpolation kernels around the network are not among them. Of any other file every
    floating-point tensor that it stores is counted.
    """
    try:
        sizes = {name: tensor.numel() for name, tensor in weights_from_onnx(path).items()}
    except UnusableWeights:
        stored = onnx.load(path).graph.initializer
        sizes = {each.name: prod(each.dims) for each in stored if each.data_type in _FLOATS}
    return sum(size for name, size in sizes.items() if not name.endswith(_STATISTICS))


def macs(model: onnx.ModelProto, shape: Sequence[int]) -> int:
    """Count the multiply-accumulates of convolutions and matrix products for one input.

    As papers count them: additions of biases, normalization, activations and resizing are left
    out.

    Args:
        model: of one input and any outputs; it is left alone.
        shape: of the input, batch and all; of pictures if there are other inputs.

    Raises:
        ExportError: the graph can not be run on such an input.
    """
    plain = ungated(model)
    counted = [node for node in plain.graph.node if node.op_type in _COSTS]
    shapes = _shapes(plain, {name for node in counted for name in _sides(node)}, shape)
    return sum(
        _COSTS[node.op_type](
            node, [shapes[name] for name in node.input[:2]], shapes[node.output[0]]
        )
        for node in counted
    )


def _convolution(_: onnx.NodeProto, inputs: list[Shape], output: Shape) -> int:
    """Every value of the output needs the whole kernel: `[out, in / groups, ...]`."""
    return prod(output) * prod(inputs[1][1:])


def _transposed_convolution(_: onnx.NodeProto, inputs: list[Shape], __: Shape) -> int:
    """Every value of the input is spread by the whole kernel: `[in, out / groups, ...]`."""
    return prod(inputs[0]) * prod(inputs[1][1:])


def _general_product(node: onnx.NodeProto, inputs: list[Shape], output: Shape) -> int:
    transposed = any(given.name == "transA" and given.i for given in node.attribute)
    return prod(output) * inputs[0][0 if transposed else 1]


def _product(_: onnx.NodeProto, inputs: list[Shape], output: Shape) -> int:
    return prod(output) * inputs[0][-1]


_COSTS: Mapping[str, Callable[[onnx.NodeProto, list[Shape], Shape], int]] = {
    "Conv": _convolution,
    "ConvTranspose": _transposed_convolution,
    "Gemm": _general_product,
    "MatMul": _product,
}


def _sides(node: onnx.NodeProto) -> list[str]:
    """The values whose shapes tell what a node costs."""
    return [*node.input[:2], node.output[0]]


def _shapes(
    model: onnx.ModelProto, names: Collection[str], shape: Sequence[int]
) -> dict[str, Shape]:
    """Shapes of values in a graph, seen by running it on zeros."""
    if not names:  # a graph without outputs can not be run
        return {}
    graph, outputs = model.graph, {f"{name}.shape": name for name in sorted(names)}
    del graph.output[:]
    for output, name in outputs.items():
        graph.node.append(helper.make_node("Shape", [name], [output]))
        graph.output.append(helper.make_tensor_value_info(output, TensorProto.INT64, [None]))
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString())
        zeros = {name: _zeros(each, shape) for name, each in inputs_of(session).items()}
        found = session.run(list(outputs), zeros)
    except Exception as error:  # onnxruntime's own classes share no base but Exception
        raise ExportError(
            f"the graph does not take an input of {tuple(shape)}: {first_line(error)}"
        ) from error
    return dict(zip(outputs.values(), map(tuple, found), strict=True))


def _zeros(tensor: Tensor, shape: Sequence[int]) -> NDArray[Any]:
    """What an input is given: pictures, of which there may be two, or what goes with them."""
    if len(tensor.shape) == len(shape):
        return np.zeros(shape, tensor.dtype)
    return np.zeros([side if isinstance(side, int) else 1 for side in tensor.shape], tensor.dtype)
