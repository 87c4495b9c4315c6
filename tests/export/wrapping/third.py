"""ONNX files as others write them, small enough to be wrapped in a blink."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

CHANNELS = 6


def written(
    path: Path,
    nodes: Sequence[NodeProto],
    weights: dict[str, NDArray[Any]],
    shape: Sequence[int | str | None] | None,
    *,
    opset: int = 17,
    ir: int = 8,
    outputs: Sequence[str] = ("answer",),
    dtype: int = TensorProto.FLOAT,
    listed: bool = False,
    metadata: dict[str, str] | None = None,
    checked: bool = True,
) -> Path:
    """A graph whose input is `given` as a file; with weights listed as inputs, as once was due."""
    inputs = [helper.make_tensor_value_info("given", dtype, shape)]
    tensors = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    if listed:
        inputs += [
            helper.make_tensor_value_info(each.name, each.data_type, each.dims) for each in tensors
        ]
    answers = [helper.make_empty_tensor_value_info(name) for name in outputs]
    graph = helper.make_graph(list(nodes), "third", inputs, answers, tensors)
    imports = [helper.make_opsetid("", opset)]
    model = helper.make_model(graph, opset_imports=imports, ir_version=ir, producer_name="others")
    helper.set_model_props(model, metadata or {})
    inferred = onnx.shape_inference.infer_shapes(model)
    if checked:
        onnx.checker.check_model(inferred, full_check=True)
    onnx.save(inferred, path)
    return path


def classifier(
    path: Path,
    *,
    layout: str = "nchw",
    batch: int | str = "N",
    sides: Sequence[int | str] = (16, 16),
    classes: int = 5,
    end: str = "",
    flat: Sequence[int] | None = None,
    half: bool = False,
    **file: Any,
) -> Path:
    """Convolution, ReLU, mean, linear: a classifier that sees colours.

    Args:
        path: of the file.
        layout: of its input.
        batch: how many pictures it takes.
        sides: height and width of its input.
        classes: how many.
        end: an activation behind it.
        flat: shape of the features before the linear layer, by a Reshape; else by a Flatten.
        half: computes in half precision.
        file: options of `written`.
    """
    random = np.random.default_rng(0)
    dtype = np.float16 if half else np.float32
    weights = {
        "kernel": random.normal(0.1, 0.3, (CHANNELS, 3, 3, 3)).astype(dtype),
        "bias": random.normal(0, 0.1, CHANNELS).astype(dtype),
        "matrix": random.normal(0, 2, (CHANNELS, classes)).astype(dtype),
        "shift": random.normal(0, 0.3, classes).astype(dtype),
    }
    nodes, image = [], "given"
    shape: list[int | str] = [batch, 3, *sides]
    if layout == "nhwc":
        nodes.append(helper.make_node("Transpose", ["given"], ["first"], perm=[0, 3, 1, 2]))
        image, shape = "first", [batch, *sides, 3]
    nodes += [
        helper.make_node(
            "Conv", [image, "kernel", "bias"], ["c"], pads=[1] * 4, strides=[2] * 2, name="conv"
        ),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("GlobalAveragePool", ["r"], ["mean"]),
    ]
    if flat is None:
        nodes.append(helper.make_node("Flatten", ["mean"], ["features"], axis=1))
    else:
        weights["flat"] = np.array(flat, np.int64)
        nodes.append(helper.make_node("Reshape", ["mean", "flat"], ["features"], name="pin"))
    logits = "logits" if end else "answer"
    nodes.append(helper.make_node("Gemm", ["features", "matrix", "shift"], [logits]))
    if end:
        axis = {"axis": 1} if end == "Softmax" else {}
        nodes.append(helper.make_node(end, ["logits"], ["answer"], **axis))
    kind = TensorProto.FLOAT16 if half else TensorProto.FLOAT
    return written(path, nodes, weights, shape, **{"dtype": kind, **file})


def mapper(
    path: Path,
    *,
    maps: int = 3,
    layout: str = "nchw",
    sides: Sequence[int | str] = ("H", "W"),
    stride: int = 1,
    upsampled: bool = False,
    shuffle: int = 1,
    offset: float = 0,
    end: Sequence[NodeProto] = (),
    **file: Any,
) -> Path:
    """A convolution that gives maps.

    Args:
        path: of the file.
        maps: how many.
        layout: of its input and its answer.
        sides: height and width of its input.
        stride: pixels for each of the answer, each way.
        upsampled: repeat the answer's pixels and add them to the input's first channel, as U-Nets
            do, which fails unless sides are multiples of the stride.
        shuffle: pixels of the answer for each of the input, each way.
        offset: added to all maps.
        end: nodes from `last` to `answer`.
        file: options of `written`.
    """
    random = np.random.default_rng(1)
    kernel = random.normal(0, 0.4, (maps * shuffle**2, 3, 3, 3)).astype(np.float32)
    weights = {"kernel": kernel, "bias": np.full(len(kernel), offset, np.float32)}
    nodes, image, shape = [], "given", ["N", 3, *sides]
    if layout == "nhwc":
        nodes.append(helper.make_node("Transpose", ["given"], ["first"], perm=[0, 3, 1, 2]))
        image, shape = "first", ["N", *sides, 3]
    nodes.append(
        helper.make_node(
            "Conv", [image, "kernel", "bias"], ["conv"], pads=[1] * 4, strides=[stride] * 2
        )
    )
    last = "conv"
    if upsampled:
        weights["scales"] = np.array([1, 1, stride, stride], np.float32)
        nodes.append(helper.make_node("Resize", [last, "", "scales"], ["up"], mode="nearest"))
        weights["zero"] = np.array([0], np.int64)
        nodes.append(helper.make_node("Gather", [image, "zero"], ["red"], axis=1))
        nodes.append(helper.make_node("Add", ["up", "red"], ["sum"]))
        last = "sum"
    if shuffle > 1:
        nodes.append(helper.make_node("DepthToSpace", [last], ["deep"], blocksize=shuffle))
        last = "deep"
    if layout == "nhwc":
        nodes.append(helper.make_node("Transpose", [last], ["back"], perm=[0, 2, 3, 1]))
        last = "back"
    nodes.append(helper.make_node("Identity", [last], ["last" if end else "answer"]))
    return written(path, [*nodes, *end], weights, shape, **file)


def ran(path: Path, given: NDArray[Any], output: str = "answer") -> NDArray[Any]:
    """What a file answers to prepared pictures, one at a time."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    rows = [session.run([output], {name: given[i : i + 1]})[0] for i in range(len(given))]
    return np.concatenate(rows)


def softmax(values: NDArray[Any], axis: int = 1) -> NDArray[Any]:
    exponentials = np.exp(values - values.max(axis, keepdims=True))
    result: NDArray[Any] = exponentials / exponentials.sum(axis, keepdims=True)
    return result
