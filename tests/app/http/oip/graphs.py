"""Graphs for the protocol's tests: they give back what they take, or refuse it themselves."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import ModelProto, TensorProto, helper, numpy_helper

from app.card import ModelCard
from app.runtime.model import Model
from tests.bare import Bare
from tests.tiny import OPSET, save

ELEMENTS = {
    "BOOL": TensorProto.BOOL,
    "UINT8": TensorProto.UINT8,
    "UINT16": TensorProto.UINT16,
    "UINT32": TensorProto.UINT32,
    "UINT64": TensorProto.UINT64,
    "INT8": TensorProto.INT8,
    "INT16": TensorProto.INT16,
    "INT32": TensorProto.INT32,
    "INT64": TensorProto.INT64,
    "FP16": TensorProto.FLOAT16,
    "FP32": TensorProto.FLOAT,
    "FP64": TensorProto.DOUBLE,
    "BYTES": TensorProto.STRING,
    "BF16": TensorProto.BFLOAT16,
}


def identity_graph(*datatypes: str, shape: Sequence[int | str] | None = None) -> ModelProto:
    """Inputs `x0`, `x1` ... of the given datatypes come out as `y0`, `y1` ...

    Without a shape the graph leaves it open.
    """
    kinds = [ELEMENTS[datatype] for datatype in datatypes]
    nodes = [helper.make_node("Identity", [f"x{i}"], [f"y{i}"]) for i in range(len(kinds))]
    inputs, outputs = (
        [helper.make_tensor_value_info(f"{side}{i}", k, shape) for i, k in enumerate(kinds)]
        for side in "xy"
    )
    graph = helper.make_graph(nodes, "identity", inputs, outputs)
    return helper.make_model(graph, opset_imports=OPSET, ir_version=9)


def identity(*datatypes: str, shape: Sequence[int | str] | None = None) -> Model:
    """The same in memory."""
    model = identity_graph(*datatypes, shape=shape)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return Model(ModelCard(task="", name="identity", title="What came"), Bare(session))


def picky(folder: Path) -> Path:
    """A classifier that fails on pictures whose pixels are no multiple of 64, and only then."""
    card = ModelCard(task="classification", name="picky", title="64 at once", fit={"size": (8, 8)})
    constants = {"rows": np.array([-1, 64, 3]), "axes": np.array([1])}
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["float", "rows"], ["pixels"]),
        helper.make_node("ReduceMean", ["pixels", "axes"], ["scores"], keepdims=0),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["M", 3])
    initializers = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "picky", [image], [scores], initializers)
    return save(graph, card.to_metadata(), folder / "picky.onnx")
