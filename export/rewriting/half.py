"""Weights stored in half precision: half the bytes, and the runtime restores them once at load."""

from collections.abc import Mapping
from math import prod

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
        name: tensor.half().float()
        if tensor.dtype == torch.float32 and _is_kernel(tensor.shape)
        else tensor
        for name, tensor in weights.items()
    }


def store_half(model: onnx.ModelProto) -> None:
    """Store the network's kernels as float16, each followed by a cast to float32.

    Their values must be `rounded` ones; then the graph computes what it did before.
    """
    graph = model.graph
    casts, renamed = [], {}
    for tensor in graph.initializer:
        single = tensor.data_type == onnx.TensorProto.FLOAT
        if not (single and tensor.name.startswith(PREFIX) and _is_kernel(tuple(tensor.dims))):
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


def _is_kernel(shape: tuple[int, ...]) -> bool:
    return len(shape) > 1 and prod(shape) >= SMALLEST
