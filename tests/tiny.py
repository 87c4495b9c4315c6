"""The smallest models that keep the contracts of their tasks, made on the fly."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from app.card import Fit, ModelCard

OPSET = [helper.make_opsetid("", 18)]


def save(graph: onnx.GraphProto, metadata: dict[str, str], path: Path) -> Path:
    """Write a graph with its metadata as an ONNX file."""
    model = helper.make_model(graph, opset_imports=OPSET, ir_version=9)
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
    return path


def colors(folder: Path, *, evidence: bool = True, **card: Any) -> Path:
    """A classifier that answers which of red, green and blue is strongest, by their means."""
    values: dict[str, Any] = {
        "task": "classification",
        "name": "colors",
        "title": "Strongest colour",
        "labels": ("red", "green", "blue"),
        "fit": Fit(resize=8, crop=8),
    }
    described = ModelCard(**{**values, **card})
    axes = numpy_helper.from_array(np.array([1, 2]), "axes")
    full = numpy_helper.from_array(np.array(25.5, np.float32), "full")
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "full"], ["unit"]),
        helper.make_node("ReduceMean", ["unit", "axes"], ["logits"], keepdims=0),
        helper.make_node("Softmax", ["logits"], ["scores"], axis=-1),
    ]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 3])]
    if evidence:
        nodes.append(helper.make_node("Transpose", ["unit"], ["evidence"], perm=[0, 3, 1, 2]))
        outputs.append(
            helper.make_tensor_value_info("evidence", TensorProto.FLOAT, ["N", 3, "h", "w"])
        )
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    graph = helper.make_graph(nodes, "colors", [image], outputs, [axes, full])
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def doubler(folder: Path, **card: Any) -> Path:
    """A super-resolution that repeats every pixel twice in both directions."""
    values: dict[str, Any] = {
        "task": "super-resolution",
        "name": "doubler",
        "title": "Every pixel four times",
        "scale": 2,
        "halo": 0,
    }
    described = ModelCard(**{**values, **card})
    scales = numpy_helper.from_array(np.array([1, 2, 2, 1], np.float32), "scales")
    node = helper.make_node(
        "Resize", ["image", "", "scales"], ["upscaled"], mode="nearest",
        coordinate_transformation_mode="asymmetric", nearest_mode="floor",
    )  # fmt: skip
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", "H", "W", 3])
    upscaled = helper.make_tensor_value_info("upscaled", TensorProto.FLOAT, ["N", "sH", "sW", 3])
    graph = helper.make_graph([node], "doubler", [image], [upscaled], [scales])
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")
