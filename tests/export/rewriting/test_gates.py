"""Gates: the same answers as before, and none that nobody asked for."""

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from export.rewriting.gates import gated, ungated
from tests import tiny
from tests.conftest import noise

TASKS = ("edges", "normals", "parts", "segmentation", "semantic-boundaries", "saliency")
MADE_OF = {"segmentation": "parts", "saliency": "edges"}
PICTURES = np.stack([noise(6, 4, seed=seed) for seed in range(3)])


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> onnx.ModelProto:
    return onnx.load(tiny.six(tmp_path_factory.mktemp("models")))


def run(model: onnx.ModelProto, **inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))


def asked(*tasks: str) -> NDArray[np.bool_]:
    return np.array([[task in tasks for task in TASKS]])


def test_all_is_answered_as_before(plain: onnx.ModelProto) -> None:
    expected, found = run(plain, image=PICTURES), run(gated(plain, TASKS), image=PICTURES)
    assert list(found) == list(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)


@pytest.mark.parametrize("task", TASKS)
def test_one_is_answered_and_the_others_are_empty(plain: onnx.ModelProto, task: str) -> None:
    expected = run(plain, image=PICTURES)
    found = run(gated(plain, TASKS), image=PICTURES, asked=asked(task))
    for name, values in found.items():
        if name.startswith(f"{task}/"):
            np.testing.assert_array_equal(values, expected[name])
        elif not name.startswith(f"{MADE_OF.get(task)}/"):
            assert values.size == 0


def test_a_gate_is_open_for_all_if_one_asks(plain: onnx.ModelProto) -> None:
    rows = np.concatenate([asked("edges"), asked("parts"), asked()])
    found = run(gated(plain, TASKS), image=PICTURES, asked=rows)
    assert {name for name, values in found.items() if values.size} == {
        "edges/edges",
        "parts/classes",
    }
    assert len(found["edges/edges"]) == 3


def test_what_all_need_is_outside_and_what_some_share_is_there_once(plain: onnx.ModelProto) -> None:
    gates = {n.name: n for n in gated(plain, TASKS).graph.node if n.op_type == "If"}
    assert set(gates) == {
        "asked.edges+saliency",
        "asked.parts+segmentation",
        "asked.normals",
        "asked.semantic-boundaries",
        "asked.segmentation",
        "asked.saliency",
    }


def test_back_again(plain: onnx.ModelProto) -> None:
    before = plain.SerializeToString()
    again = ungated(gated(plain, TASKS))
    assert plain.SerializeToString() == before
    assert ungated(plain) == plain
    assert sorted(map(str, again.graph.node)) == sorted(map(str, plain.graph.node))
    assert again.graph.input == plain.graph.input
    assert again.graph.initializer == plain.graph.initializer
    onnx.checker.check_model(again, full_check=True)


def test_an_input_of_that_name_stays_where_there_are_no_gates() -> None:
    graph = helper.make_graph(
        [helper.make_node("Neg", ["asked"], ["answer"])],
        "another",
        [helper.make_tensor_value_info("asked", TensorProto.FLOAT, [2])],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, [2])],
    )
    model = helper.make_model(graph, opset_imports=tiny.OPSET, ir_version=9)
    assert ungated(model) == model


@pytest.mark.parametrize("stored", [True, False])
def test_sizes_are_known_behind_a_gate(stored: bool) -> None:
    """As torch enlarges: each side a number, made a list by a constant, and all joined."""
    one = numpy_helper.from_array(np.array([-1]), "one")
    nodes = [
        helper.make_node("Transpose", ["image"], ["nchw"], perm=[0, 3, 1, 2]),
        helper.make_node("MaxPool", ["nchw"], ["a/small"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Shape", ["a/small"], ["rest"], end=2),
        helper.make_node("Shape", ["nchw"], ["height"], start=2, end=3),
        helper.make_node("Shape", ["nchw"], ["width"], start=3),
        helper.make_node("Squeeze", ["height"], ["h"]),
        helper.make_node("Reshape", ["h", "one"], ["again"]),
        helper.make_node("Concat", ["rest", "again", "width"], ["sizes"], axis=0),
        helper.make_node("Resize", ["a/small", "", "", "sizes"], ["a/large"], mode="linear"),
        helper.make_node("ReduceMax", ["nchw"], ["b/most"], keepdims=0),
    ]
    if not stored:
        nodes.insert(0, helper.make_node("Constant", [], ["one"], value=one))
    four = [None, None, None, None]
    graph = helper.make_graph(
        nodes,
        "enlarging",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", "H", "W", 3])],
        [
            helper.make_tensor_value_info("a/small", TensorProto.FLOAT, four),
            helper.make_tensor_value_info("a/large", TensorProto.FLOAT, four),
            helper.make_tensor_value_info("b/most", TensorProto.FLOAT, []),
        ],
        [one] if stored else [],
    )
    model = gated(helper.make_model(graph, opset_imports=tiny.OPSET, ir_version=9), ("a", "b"))
    onnx.checker.check_model(model, full_check=True)
    found = run(model, image=PICTURES.astype(np.float32), asked=np.array([[True, False]]))
    assert found["a/large"].shape == (3, 3, 4, 6)
    assert found["b/most"] == 0
