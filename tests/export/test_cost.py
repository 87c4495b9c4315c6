"""Weights and multiplications of small graphs, counted by hand."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from export.cost import macs, parameters
from export.errors import ExportError
from export.weights import PREFIX
from tests.tiny import OPSET

Sides = list[int | str]


def graph(
    *nodes: onnx.NodeProto, image: Sides, answer: Sides, **stored: tuple[int, ...]
) -> onnx.ModelProto:
    """A graph from `image` to `answer` with tensors of zeros of the shapes given."""
    tensors = [
        numpy_helper.from_array(np.zeros(shape, np.float32), name.replace("__", "."))
        for name, shape in stored.items()
    ]
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("image", image), ("answer", answer))
    ]
    made = helper.make_graph(list(nodes), "graph", values[:1], values[1:], tensors)
    model = helper.make_model(made, opset_imports=OPSET, ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    return model


def test_convolution_with_stride_padding_and_groups() -> None:
    node = helper.make_node(
        "Conv", ["image", "w", "b"], ["answer"], pads=[1, 1, 1, 1], strides=[2, 2], group=2
    )
    model = graph(node, image=["N", 4, "H", "W"], answer=["N", 6, "h", "w"],
                  w=(6, 2, 3, 3), b=(6,))  # fmt: skip
    # 5x7 pixels become 3x4, each of 6 values needs 2 channels of 3x3.
    assert macs(model, (1, 4, 5, 7)) == 6 * 3 * 4 * 2 * 9
    assert macs(model, (3, 4, 5, 7)) == 3 * 6 * 3 * 4 * 2 * 9


def test_transposed_convolution() -> None:
    node = helper.make_node("ConvTranspose", ["image", "w"], ["answer"], strides=[2, 2])
    model = graph(node, image=["N", 3, "H", "W"], answer=["N", 5, "h", "w"], w=(3, 5, 2, 2))
    # Each of 3x4x6 values is spread to 5 channels of 2x2.
    assert macs(model, (1, 3, 4, 6)) == 3 * 4 * 6 * 5 * 4


def test_products_of_matrices() -> None:
    gemm = helper.make_node("Gemm", ["image", "w", "b"], ["hidden"], transB=1)
    product = helper.make_node("MatMul", ["hidden", "v"], ["answer"])
    model = graph(gemm, product, image=["N", 8], answer=["N", 2], w=(5, 8), b=(5,), v=(5, 2))
    assert macs(model, (1, 8)) == 8 * 5 + 5 * 2
    assert macs(model, (4, 8)) == 4 * (8 * 5 + 5 * 2)


def test_transposed_input_of_a_product() -> None:
    node = helper.make_node("Gemm", ["image", "w"], ["answer"], transA=1)
    model = graph(node, image=[8, "N"], answer=["N", 5], w=(8, 5))
    assert macs(model, (8, 3)) == 3 * 8 * 5


def test_other_nodes_cost_nothing_and_shapes_are_followed_through_them() -> None:
    nodes = [
        helper.make_node("Transpose", ["image"], ["nchw"], perm=[0, 3, 1, 2]),
        helper.make_node("Relu", ["nchw"], ["positive"]),
        helper.make_node("Concat", ["nchw", "positive"], ["both"], axis=1),
        helper.make_node("Conv", ["both", "w"], ["maps"]),
        # Enlarged to the size of the picture, which is known only at run time.
        helper.make_node("Shape", ["nchw"], ["size"], start=2),
        helper.make_node("Shape", ["maps"], ["rest"], end=2),
        helper.make_node("Concat", ["rest", "size"], ["sizes"], axis=0),
        helper.make_node("Resize", ["maps", "", "", "sizes"], ["large"]),
        helper.make_node("Conv", ["large", "v"], ["answer"]),
    ]
    model = graph(*nodes, image=["N", "H", "W", 3], answer=["N", 1, "h", "w"],
                  w=(4, 6, 3, 3), v=(1, 4, 1, 1))  # fmt: skip
    before = model.SerializeToString()
    assert macs(model, (1, 8, 10, 3)) == 4 * 6 * 8 * 6 * 9 + 8 * 10 * 4
    assert model.SerializeToString() == before


def test_a_graph_that_multiplies_nothing() -> None:
    assert (
        macs(graph(helper.make_node("Relu", ["image"], ["answer"]), image=[1], answer=[1]), (1,))
        == 0
    )


def test_an_input_that_the_graph_does_not_take() -> None:
    node = helper.make_node("MatMul", ["image", "w"], ["answer"])
    model = graph(node, image=["N", "K"], answer=["N", 2], w=(5, 2))
    with pytest.raises(ExportError, match="does not take an input of"):
        macs(model, (1, 6))


def test_learned_numbers(tmp_path: Path) -> None:
    node = helper.make_node("MatMul", ["image", "network.w"], ["answer"])
    sides: Sides = ["N", 3]
    assert PREFIX == "network."
    ours = graph(node, image=sides, answer=sides, network__w=(3, 3), mean=(3,),
                 network__bn__running_mean=(7,), network__bn__weight=(7,))  # fmt: skip
    onnx.save(ours, tmp_path / "ours.onnx")
    assert parameters(tmp_path / "ours.onnx") == 9 + 7

    node = helper.make_node("MatMul", ["image", "w"], ["answer"])
    foreign = graph(node, image=sides, answer=sides, w=(3, 3), mean=(3,))
    onnx.save(foreign, tmp_path / "foreign.onnx")
    assert parameters(tmp_path / "foreign.onnx") == 12
