"""What a graph costs: how many weights it has, and how many multiplications a picture takes."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from pathlib import Path

import onnx
from onnx import shape_inference

from export.errors import ExportError, UnusableWeights
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
        ExportError: shapes inside the graph do not follow from the input's.
    """
    shapes = _shapes(model, shape)

    def known(name: str) -> Shape:
        if name not in shapes:
            raise ExportError(f"nothing tells the shape of {name!r} for an input of {shape}")
        return shapes[name]

    return sum(
        _COSTS[node.op_type](node, [known(name) for name in node.input[:2]], known(node.output[0]))
        for node in model.graph.node
        if node.op_type in _COSTS
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


def _shapes(model: onnx.ModelProto, shape: Sequence[int]) -> dict[str, Shape]:
    """Shape of every tensor of the graph that follows from the input's."""
    concrete = onnx.ModelProto()
    concrete.CopyFrom(model)
    graph = concrete.graph
    # Shapes noted while tracing hold names of free sides; they would be believed.
    del graph.value_info[:]
    for value in graph.output:
        value.type.tensor_type.ClearField("shape")
    for value in graph.input:
        sides = value.type.tensor_type.shape
        if len(sides.dim) == len(shape):  # pictures, of which there may be two
            del sides.dim[:]
            for side in shape:
                sides.dim.add().dim_value = side
        for dim in sides.dim:
            dim.dim_value = dim.dim_value or 1
    try:
        inferred = shape_inference.infer_shapes(concrete, strict_mode=True, data_prop=True).graph
    except shape_inference.InferenceError as error:
        raise ExportError(f"the graph does not take an input of {tuple(shape)}: {error}") from error
    found = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    for value in (*inferred.input, *inferred.value_info, *inferred.output):
        dims = value.type.tensor_type.shape.dim
        if all(dim.HasField("dim_value") for dim in dims):
            found[value.name] = tuple(dim.dim_value for dim in dims)
    return found
