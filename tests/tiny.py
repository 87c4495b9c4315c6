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


def light(folder: Path, *, stride: int = 1, output: str = "saliency", **card: Any) -> Path:
    """A saliency that is the mean of the three channels, of every `stride`-th pixel each way.

    Edges are an output of the same kind, and their task is called as it is.
    """
    values: dict[str, Any] = {"task": output, "name": "light", "title": "Where light is"}
    described = ModelCard(**{**values, **card})
    full = numpy_helper.from_array(np.array(255, np.float32), "full")
    axis = numpy_helper.from_array(np.array([3]), "axis")
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "full"], ["unit"]),
        helper.make_node("ReduceMean", ["unit", "axis"], ["mean"], keepdims=0),
        _every("mean", output, stride),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    made = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", "h", "w"])
    graph = helper.make_graph(nodes, "light", [image], [made], [full, axis, *_steps(stride)])
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


def directions(folder: Path, **card: Any) -> Path:
    """Normals that are what the colours say, as the map that is answered has them."""
    values: dict[str, Any] = {
        "task": "normals",
        "name": "directions",
        "title": "Colours",
        "halo": 0,
    }
    described = ModelCard(**{**values, **card})
    half = numpy_helper.from_array(np.array(127.5, np.float32), "half")
    one = numpy_helper.from_array(np.array(1, np.float32), "one")
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "half"], ["doubled"]),
        helper.make_node("Sub", ["doubled", "one"], ["normals"]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    made = helper.make_tensor_value_info("normals", TensorProto.FLOAT, ["N", "H", "W", 3])
    graph = helper.make_graph(nodes, "directions", [image], [made], [half, one])
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def channels(folder: Path, **card: Any) -> Path:
    """Semantic boundaries of red, green and blue, as strong as the colours are."""
    values: dict[str, Any] = {
        "task": "semantic-boundaries",
        "name": "channels",
        "title": "Three colours",
        "labels": ("red", "green", "blue"),
        "halo": 0,
    }
    described = ModelCard(**{**values, **card})
    full = numpy_helper.from_array(np.array(255, np.float32), "full")
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "full"], ["unit"]),
        helper.make_node("Transpose", ["unit"], ["boundaries"], perm=[0, 3, 1, 2]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    made = helper.make_tensor_value_info("boundaries", TensorProto.FLOAT, ["N", 3, "H", "W"])
    graph = helper.make_graph(nodes, "channels", [image], [made], [full])
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def several(folder: Path, **card: Any) -> Path:
    """Three answers in one pass, all of them made of the colours."""
    values: dict[str, Any] = {
        "task": "scene",
        "tasks": ("edges", "semantic-boundaries", "saliency"),
        "heads": {"semantic-boundaries": Head(labels=("red", "green", "blue"))},
        "name": "several",
        "title": "Three answers",
    }
    described = ModelCard(**{**values, **card})
    full = numpy_helper.from_array(np.array(255, np.float32), "full")
    axis = numpy_helper.from_array(np.array([3]), "axis")
    boundaries = "semantic-boundaries/boundaries"
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "full"], ["unit"]),
        helper.make_node("Transpose", ["unit"], [boundaries], perm=[0, 3, 1, 2]),
        helper.make_node("ReduceMean", ["unit", "axis"], ["edges/edges"], keepdims=0),
        helper.make_node("ReduceMax", ["unit", "axis"], ["saliency/saliency"], keepdims=0),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    made = [
        helper.make_tensor_value_info(boundaries, TensorProto.FLOAT, ["N", 3, "H", "W"]),
        helper.make_tensor_value_info("edges/edges", TensorProto.FLOAT, ["N", "H", "W"]),
        helper.make_tensor_value_info("saliency/saliency", TensorProto.FLOAT, ["N", "H", "W"]),
    ]
    graph = helper.make_graph(nodes, "several", [image], made, [full, axis])
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def dots(folder: Path, *, radius: int = 3, most: int = 16, **card: Any) -> Path:
    """A detection: every pixel with a channel above 127 is the middle of an object.

    Its class is the strongest channel, its score what that has of 255, and its box reaches as many
    pixels to every side, cut at the edges of what is seen.

    Args:
        folder: where the file is written.
        radius: of boxes.
        most: objects in an answer.
        card: what the card says otherwise.
    """
    values: dict[str, Any] = {
        "task": "detection",
        "name": "dots",
        "title": "Bright pixels",
        "labels": ("red", "green", "blue"),
    }
    described = ModelCard(**{**values, **card})
    ints = {
        "flat": [0, -1], "none": [0, 0, 0, most], "most": [most], "axis3": [3],
        "axis2": [2], "high_at": 1, "wide_at": 2,
    }  # fmt: skip
    floats = {"full": 255, "dim": 127, "zero": 0, "near": -radius, "far": radius + 1}
    constants = [
        numpy_helper.from_array(np.array(value, kind), name)
        for kind, values in ((np.int64, ints), (np.float32, floats))
        for name, value in values.items()
    ]
    node = helper.make_node
    nodes = [
        node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        node("ReduceMax", ["float", "axis3"], ["levels"], keepdims=0),
        node("Greater", ["levels", "dim"], ["bright"]),
        node("Where", ["bright", "levels", "zero"], ["kept"]),
        node("Reshape", ["kept", "flat"], ["row"]),
        node("Pad", ["row", "none"], ["padded"]),
        node("TopK", ["padded", "most"], ["best", "place"]),
        node("Div", ["best", "full"], ["scores"]),
        node("ArgMax", ["float"], ["strongest"], axis=3, keepdims=0),
        node("Reshape", ["strongest", "flat"], ["each"]),
        node("Pad", ["each", "none"], ["every"]),
        node("GatherElements", ["every", "place"], ["classes"], axis=1),
        node("Shape", ["image"], ["shape"]),
        node("Gather", ["shape", "high_at"], ["high"]),
        node("Gather", ["shape", "wide_at"], ["wide"]),
        node("Mod", ["place", "wide"], ["column"]),
        node("Div", ["place", "wide"], ["line"]),
    ]
    for at, side in (("column", "wide"), ("line", "high")):
        nodes += [
            node("Cast", [at], [f"{at}.f"], to=TensorProto.FLOAT),
            node("Cast", [side], [f"{side}.f"], to=TensorProto.FLOAT),
        ]
        for end in ("near", "far"):
            nodes += [
                node("Add", [f"{at}.f", end], [f"{at}.{end}.free"]),
                node("Clip", [f"{at}.{end}.free", "zero", f"{side}.f"], [f"{at}.{end}"]),
                node("Unsqueeze", [f"{at}.{end}", "axis2"], [f"{at}.{end}.4"]),
            ]
    sides = ["column.near.4", "line.near.4", "column.far.4", "line.far.4"]
    nodes.append(node("Concat", sides, ["boxes"], axis=2))
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    outputs = [
        helper.make_tensor_value_info("boxes", TensorProto.FLOAT, ["N", most, 4]),
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", most]),
        helper.make_tensor_value_info("classes", TensorProto.INT64, ["N", most]),
    ]
    graph = helper.make_graph(nodes, "dots", [image], outputs, constants)
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def painter(folder: Path, *, styles: int = 2, **card: Any) -> Path:
    """A style whose first turns black into white, and whose others make all of one gray.

    Style `i` of `n` is the gray `i / n`, and the first is what is left of white. A single style has
    no input to choose it by.
    """
    values: dict[str, Any] = {
        "task": "style",
        "name": "painter",
        "title": "Another picture",
        "labels": tuple(f"style-{index}" for index in range(styles)),
    }
    described = ModelCard(**{**values, **card})
    one = numpy_helper.from_array(np.array(1, np.float32), "one")
    nodes = [helper.make_node("Sub", ["one", "image"], ["inverse"])]
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", "H", "W", 3])]
    stored = [one]
    if styles > 1:
        inputs.append(helper.make_tensor_value_info("style", TensorProto.FLOAT, ["N", styles]))
        first = np.eye(styles, 1, dtype=np.float32)
        grays = np.arange(styles, dtype=np.float32)[:, None] / styles
        stored += [
            numpy_helper.from_array(first, "first"),
            numpy_helper.from_array(grays, "grays"),
            numpy_helper.from_array(np.array([1, 2]), "axes"),
        ]
        nodes += [
            helper.make_node("MatMul", ["style", "first"], ["how"]),
            helper.make_node("MatMul", ["style", "grays"], ["level"]),
            helper.make_node("Unsqueeze", ["how", "axes"], ["factor"]),
            helper.make_node("Unsqueeze", ["level", "axes"], ["shift"]),
            helper.make_node("Mul", ["inverse", "factor"], ["some"]),
            helper.make_node("Add", ["some", "shift"], ["stylized"]),
        ]
    else:
        nodes.append(helper.make_node("Identity", ["inverse"], ["stylized"]))
    outputs = [helper.make_tensor_value_info("stylized", TensorProto.FLOAT, ["N", "H", "W", 3])]
    graph = helper.make_graph(nodes, "painter", inputs, outputs, stored)
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def shades(folder: Path, **card: Any) -> Path:
    """A flow: how much redder and greener, in levels of 255, a pixel is in the next picture."""
    values: dict[str, Any] = {"task": "flow", "name": "shades", "title": "What gets lighter"}
    described = ModelCard(**{**values, **card})
    stored = [
        numpy_helper.from_array(np.array(value), name)
        for name, value in {"begin": [0], "end": [2], "axis": [3]}.items()
    ]
    nodes = [
        helper.make_node("Cast", ["image"], ["before"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["next"], ["after"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["after", "before"], ["change"]),
        helper.make_node("Slice", ["change", "begin", "end", "axis"], ["flow"]),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.UINT8, ["N", "H", "W", 3])
        for name in ("image", "next")
    ]
    outputs = [helper.make_tensor_value_info("flow", TensorProto.FLOAT, ["N", "H", "W", 2])]
    graph = helper.make_graph(nodes, "shades", inputs, outputs, stored)
    return save(graph, described.to_metadata(), folder / f"{described.name}.onnx")


def six(folder: Path, **card: Any) -> Path:
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


def gated(folder: Path, **card: Any) -> Path:
    """Borders and, only where they are asked for, salient places of black pictures.

    On any other picture the salient places fail, which shows whether they are computed.
    """
    values: dict[str, Any] = {
        "task": "scene",
        "tasks": ("edges", "saliency"),
        "name": "gated",
        "title": "Two answers, one behind a gate",
    }
    described = ModelCard(**{**values, **card})
    three: list[int | str | None] = [None, None, None]
    found, none = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, sides)
        for name, sides in (("found", three), ("none", [0, 0, 0]))
    )
    failing = [
        helper.make_node("ReduceMax", ["brightness"], ["brightest"], keepdims=0),
        helper.make_node("Cast", ["brightest"], ["index"], to=TensorProto.INT64),
        # Of one number there is none but the first, so any light is out of bounds.
        helper.make_node("Gather", ["only", "index"], ["zero"]),
        helper.make_node("Add", ["brightness", "zero"], ["found"]),
    ]
    empty = numpy_helper.from_array(np.zeros((0, 0, 0), np.float32))
    nothing = helper.make_node("Constant", [], ["none"], value=empty)
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["float", "axis"], ["brightness"], keepdims=0),
        helper.make_node("Sigmoid", ["brightness"], ["edges/edges"]),
        helper.make_node("Gather", ["asked", "second"], ["of_each"], axis=1),
        helper.make_node("Cast", ["of_each"], ["count"], to=TensorProto.INT32),
        helper.make_node("ReduceMax", ["count"], ["most"], keepdims=0),
        helper.make_node("Cast", ["most"], ["open"], to=TensorProto.BOOL),
        helper.make_node(
            "If",
            ["open"],
            ["saliency/saliency"],
            then_branch=helper.make_graph(failing, "open", [], [found]),
            else_branch=helper.make_graph([nothing], "closed", [], [none]),
        ),
    ]
    constants = {
        "asked": np.ones((1, 2), np.bool_),
        "axis": np.array([3]),
        "second": np.array(1),
        "only": np.zeros(1, np.float32),
    }
    graph = helper.make_graph(
        nodes,
        "gated",
        [
            helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3]),
            helper.make_tensor_value_info("asked", TensorProto.BOOL, ["N", 2]),
        ],
        [
            helper.make_tensor_value_info("edges/edges", TensorProto.FLOAT, ["N", "H", "W"]),
            helper.make_tensor_value_info("saliency/saliency", TensorProto.FLOAT, ["N", "H", "W"]),
        ],
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
