"""Weights stored in half precision: half the bytes, and the runtime restores them once at load."""

from collections.abc import Mapping

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from export.weights import PREFIX

SMALLEST = 4096
"""Tensors of fewer numbers stay as they are: they weigh nothing, and normalization needs them
exact."""


def rounded(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Kernels as half precision holds them, in single precision; small tensors as they are."""
    return {
        name: tensor.half().float() if _is_kernel(tensor.dtype, tensor.shape) else tensor
        for name, tensor in weights.items()
    }


def store_half(model: onnx.ModelProto) -> None:
    """Store the network's kernels as float16, each followed by a cast to float32.

    Their values must be `rounded` ones; then the graph computes what it did before.
    """
    graph = model.graph
    casts, renamed = [], {}
    for tensor in graph.initializer:
        if not tensor.name.startswith(PREFIX) or tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        if not _is_kernel(torch.float32, tuple(tensor.dims)):
            continue
        restored = f"{tensor.name}_float32"
        half = numpy_helper.to_array(tensor).astype("float16")
        tensor.CopyFrom(numpy_helper.from_array(half, tensor.name))
        casts.append(
            onnx.helper.make_node("Cast", [tensor.name], [restored], to=onnx.TensorProto.FLOAT)
        )
        renamed[tensor.name] = restored
    for node in graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = renamed.get(name, name)
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def _is_kernel(dtype: torch.dtype, shape: tuple[int, ...]) -> bool:
    size = 1
    for side in shape:
        size *= side
    return dtype == torch.float32 and len(shape) > 1 and size >= SMALLEST
