"""The smallest models that keep the contracts of their tasks, made on the fly."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from app.card import Fit, Head, ModelCard

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


def doubler(folder: Path, *, times: int = 2, **card: Any) -> Path:
    """A super-resolution that repeats every pixel twice, or so many times, in both directions."""
    values: dict[str, Any] = {
        "task": "super-resolution",
        "name": "doubler",
        "title": "Every pixel four times",
        "scale": times,
        "halo": 0,
    }
    described = ModelCard(**{**values, **card})
    scales = numpy_helper.from_array(np.array([1, times, times, 1], np.float32), "scales")
    node = helper.make_node(
        "Resize", ["image", "", "scales"], ["upscaled"], mode="nearest",
        coordinate_transformation_mode="asymmetric", nearest_mode="floor",
    )  # fmt: skip
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", "H", "W", 3])
    upscaled = helper.make_tensor_value_info("upscaled", TensorProto.FLOAT, ["N", "sH", "sW", 3])
    graph = helper.make_graph([node], "doubler", [image], [upscaled], [scales])
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def light(folder: Path, *, stride: int = 1, **card: Any) -> Path:
    """A saliency that is the mean of the three channels, of every `stride`-th pixel each way."""
    values: dict[str, Any] = {"task": "saliency", "name": "light", "title": "Where light is"}
    described = ModelCard(**{**values, **card})
    full = numpy_helper.from_array(np.array(255, np.float32), "full")
    axis = numpy_helper.from_array(np.array([3]), "axis")
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "full"], ["unit"]),
        helper.make_node("ReduceMean", ["unit", "axis"], ["mean"], keepdims=0),
        _every("mean", "saliency", stride),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    saliency = helper.make_tensor_value_info("saliency", TensorProto.FLOAT, ["N", "h", "w"])
    graph = helper.make_graph(nodes, "light", [image], [saliency], [full, axis, *_steps(stride)])
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def strongest(folder: Path, *, blur: int = 1, stride: int = 1, **card: Any) -> Path:
    """A segmentation: which of red, green and blue is strongest in the mean of the neighbours.

    Args:
        folder: where the file is written.
        blur: odd side of the neighbourhood; the halo is half of it.
        stride: of how many pixels each way one is answered, from the first on.
        card: what the card says otherwise.
    """
    values: dict[str, Any] = {
        "task": "segmentation",
        "name": "strongest",
        "title": "Strongest colour of each pixel",
        "labels": ("red", "green", "blue"),
        "halo": blur // 2,
    }
    described = ModelCard(**{**values, **card})
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["float"], ["channels"], perm=[0, 3, 1, 2]),
        helper.make_node(
            "AveragePool", ["channels"], ["mean"], kernel_shape=[blur] * 2, pads=[blur // 2] * 4
        ),
        helper.make_node("ArgMax", ["mean"], ["index"], axis=1, keepdims=0),
        helper.make_node("Cast", ["index"], ["all"], to=TensorProto.UINT8),
        _every("all", "classes", stride),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    classes = helper.make_tensor_value_info("classes", TensorProto.UINT8, ["N", "h", "w"])
    graph = helper.make_graph(nodes, "strongest", [image], [classes], _steps(stride))
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def several(folder: Path, **card: Any) -> Path:
    """Six answers at once: what is strongest is the class, what is light a border and salient.

    The levels themselves, from -1 to 1, are the normals, and, from 0 to 1, the borders of three
    classes.
    """
    tasks = ("edges", "normals", "parts", "segmentation", "semantic-boundaries", "saliency")
    head = Head(labels=("red", "green", "blue"))
    values: dict[str, Any] = {
        "task": "scene",
        "tasks": tasks,
        "heads": dict.fromkeys(("parts", "segmentation", "semantic-boundaries"), head),
        "name": "several",
        "title": "Six answers",
        "multiple": 2,
    }
    described = ModelCard(**{**values, **card})
    constants = {
        "full": np.array(255, np.float32),
        "two": np.array(2, np.float32),
        "one": np.array(1, np.float32),
        "axis": np.array([3]),
    }
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "full"], ["unit"]),
        helper.make_node("ReduceMean", ["unit", "axis"], ["edges/edges"], keepdims=0),
        helper.make_node("Identity", ["edges/edges"], ["saliency/saliency"]),
        helper.make_node("Mul", ["unit", "two"], ["double"]),
        helper.make_node("Sub", ["double", "one"], ["normals/normals"]),
        helper.make_node("ArgMax", ["unit"], ["index"], axis=3, keepdims=0),
        helper.make_node("Cast", ["index"], ["parts/classes"], to=TensorProto.UINT8),
        helper.make_node("Identity", ["parts/classes"], ["segmentation/classes"]),
        helper.make_node(
            "Transpose", ["unit"], ["semantic-boundaries/boundaries"], perm=[0, 3, 1, 2]
        ),
    ]
    outputs = {
        "edges/edges": (TensorProto.FLOAT, ["N", "H", "W"]),
        "normals/normals": (TensorProto.FLOAT, ["N", "H", "W", 3]),
        "parts/classes": (TensorProto.UINT8, ["N", "H", "W"]),
        "segmentation/classes": (TensorProto.UINT8, ["N", "H", "W"]),
        "semantic-boundaries/boundaries": (TensorProto.FLOAT, ["N", 3, "H", "W"]),
        "saliency/saliency": (TensorProto.FLOAT, ["N", "H", "W"]),
    }
    graph = helper.make_graph(
        nodes,
        "several",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])],
        [helper.make_tensor_value_info(name, *of) for name, of in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def without_card(path: Path) -> Path:
    """A graph that does something to two numbers, and says nothing of itself."""
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in "xy")
    graph = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "plain", [x], [y])
    return save(graph, {}, path)


def _every(given: str, made: str, stride: int) -> onnx.NodeProto:
    """Every `stride`-th of the rows and columns of `[N, H, W]`."""
    return helper.make_node("Slice", [given, "begin", "end", "sides", f"by{stride}"], [made])


def _steps(stride: int) -> list[TensorProto]:
    values = {"begin": [0, 0], "end": [2**31] * 2, "sides": [1, 2], f"by{stride}": [stride] * 2}
    return [numpy_helper.from_array(np.array(value), name) for name, value in values.items()]
