"""A published graph made ready to be rewritten: constants folded, types known, nodes named."""

import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization.shape_inference import quant_pre_process

from export.errors import ExportError, first_line
from export.rewriting.gates import ungated

QUANTISED = frozenset({"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"})

LARGE = 4096
"""Bytes of a tensor that are worth an operator to be saved."""


def folded(path: Path) -> onnx.ModelProto:
    """Read a model as onnxruntime's tools for rewriting need it.

    Kernels that the file stores in half precision are float32 again, nodes behind gates stand
    before them (`export.rewriting`), batch normalization behind a convolution is part of its
    kernel, types of all values are noted, and every node has a name of its own.

    Raises:
        ExportError: the file has been optimised before, or onnxruntime fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, prepared = Path(folder) / "plain.onnx", Path(folder) / "folded.onnx"
        # Symbolic shapes serve transformers, and their inference fails on `Constant` nodes that
        # hold plain numbers, which torch writes.
        try:
            onnx.save(ungated(onnx.load(path)), plain)
            quant_pre_process(plain, prepared, skip_symbolic_shape=True)
        except Exception as error:  # onnxruntime's tools raise anything on an odd graph
            raise ExportError(f"onnxruntime can not fold {path}: {first_line(error)}") from error
        model = onnx.load(prepared)
    _refuse_optimised(model, path)
    for index, node in enumerate(model.graph.node):
        node.name = f"{node.op_type}_{index}"
    return model


def tidied(model: onnx.ModelProto, published: onnx.ModelProto) -> onnx.ModelProto:
    """Take out what onnxruntime adds of its own: shapes, copies, operator sets that nothing uses.

    The producer stays that of the published file, whose weights these are.
    """
    del model.graph.value_info[:]
    _share(model.graph)
    used = {node.domain for node in model.graph.node} | {""}
    kept = [opset for opset in model.opset_import if opset.domain in used]
    del model.opset_import[:]
    model.opset_import.extend(kept)
    model.producer_name = published.producer_name
    model.producer_version = published.producer_version
    return model


def _share(graph: onnx.GraphProto) -> None:
    """Store numbers once that several values hold, each in a shape of its own.

    Folding makes two of a linear head: one for the scores, one for the evidence.
    """
    first: dict[bytes, TensorProto] = {}
    kept, reshaped = [], []
    for tensor in graph.initializer:
        one = first.setdefault(tensor.raw_data, tensor) if len(tensor.raw_data) > LARGE else tensor
        if one is tensor or one.data_type != tensor.data_type:
            kept.append(tensor)
            continue
        shape = numpy_helper.from_array(np.array(tensor.dims, np.int64), f"{tensor.name}_shape")
        kept.append(shape)
        reshaped.append(helper.make_node("Reshape", [one.name, shape.name], [tensor.name]))
    nodes = [*reshaped, *graph.node]
    for field, values in ((graph.initializer, kept), (graph.node, nodes)):
        del field[:]
        field.extend(values)


def _refuse_optimised(model: onnx.ModelProto, path: Path) -> None:
    if any(node.op_type in QUANTISED for node in model.graph.node):
        raise ExportError(f"{path.stem} is in 8 bits already; optimise the model it was made of")
    if any(tensor.data_type == TensorProto.FLOAT16 for tensor in model.graph.initializer):
        raise ExportError(
            f"{path.stem} is in half precision already; optimise the model it was made of"
        )
