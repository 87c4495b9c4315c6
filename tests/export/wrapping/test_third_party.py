"""What is read of a file: its input, its output, its weights, and what is left out."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from export.errors import UnusableGraph
from export.wrapping.surgery import session
from export.wrapping.third_party import PREFIX, read
from tests.export.wrapping.third import classifier, ran, written


def names(model: onnx.ModelProto) -> set[str]:
    return {tensor.name for tensor in model.graph.initializer}


def two_headed(path: Path) -> Path:
    random = np.random.default_rng(0)
    weights = {f"kernel{i}": random.normal(size=(2, 3, 1, 1)).astype(np.float32) for i in (0, 1)}
    nodes = [helper.make_node("Conv", ["given", f"kernel{i}"], [f"answer{i}"]) for i in (0, 1)]
    return written(path, nodes, weights, ["N", 3, 4, 4], outputs=("answer0", "answer1"))


def test_one_of_several_outputs(tmp_path: Path) -> None:
    third = two_headed(tmp_path / "third.onnx")
    with pytest.raises(UnusableGraph, match="say --output NAME: there are answer0, answer1"):
        read(third)
    with pytest.raises(UnusableGraph, match="no output 'answer'; there are answer0, answer1"):
        read(third, output="answer")
    found = read(third, output="answer1")
    assert found.output == "answer1"
    # What only the other output needs is gone.
    assert names(found.model) == {f"{PREFIX}kernel1"}


def test_one_of_several_inputs(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx")
    model = onnx.load(third)
    model.graph.input.append(helper.make_tensor_value_info("flag", TensorProto.FLOAT, [1]))
    onnx.save(model, third)
    assert read(third).input == "given"  # nothing depends on the other

    model.graph.node[-1].output[0] = "before flag"
    model.graph.node.append(helper.make_node("Add", ["before flag", "flag"], ["answer"]))
    onnx.save(model, third)
    with pytest.raises(UnusableGraph, match="say --input NAME: there are given, flag"):
        read(third)
    with pytest.raises(UnusableGraph, match="'answer' also needs flag; only pictures"):
        read(third, input="given")
    with pytest.raises(UnusableGraph, match="no input 'image'; there are given, flag"):
        read(third, input="image")


def test_weights_are_no_inputs(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", opset=9, ir=3, listed=True)
    assert len(onnx.load(third).graph.input) == 5
    model = read(third).model
    assert [value.name for value in model.graph.input] == [f"{PREFIX}given"]
    assert model.ir_version == 4


def test_what_is_no_onnx_file(tmp_path: Path) -> None:
    with pytest.raises(UnusableGraph, match="there is no file"):
        read(tmp_path / "none.onnx")
    for content in (b"", b"not a model", b"\x08\x08"):
        (tmp_path / "bad.onnx").write_bytes(content)
        with pytest.raises(UnusableGraph, match=r"bad\.onnx is not an ONNX file"):
            read(tmp_path / "bad.onnx")


def test_a_constant_answer_is_refused(tmp_path: Path) -> None:
    nodes = [helper.make_node("Identity", ["weight"], ["answer"])]
    weights = {"weight": np.zeros((1, 3), np.float32)}
    third = written(tmp_path / "third.onnx", nodes, weights, [1, 3, 4, 4])
    with pytest.raises(UnusableGraph, match="'answer' depends on no input"):
        read(third)


def test_functions_of_the_file_stay(tmp_path: Path) -> None:
    twice = helper.make_function(
        "own", "Twice", ["x"], ["y"], [helper.make_node("Add", ["x", "x"], ["y"])],
        [helper.make_opsetid("", 17)],
    )  # fmt: skip
    node = helper.make_node("Twice", ["given"], ["answer"], domain="own")
    kinds = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 2, 2])
        for name in ("given", "answer")
    ]
    graph = helper.make_graph([node], "third", kinds[:1], kinds[1:])
    imports = [helper.make_opsetid("own", 1), helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=imports, functions=[twice], ir_version=8)
    onnx.save(model, tmp_path / "third.onnx")
    picture = np.arange(12, dtype=np.float32).reshape(1, 3, 2, 2)
    found = session(read(tmp_path / "third.onnx").model).run(None, {f"{PREFIX}given": picture})
    np.testing.assert_array_equal(found[0], 2 * picture)


def test_subgraphs_keep_the_names_they_use(tmp_path: Path) -> None:
    """A branch uses a weight of the graph around it, and so does the other, of a node."""
    weight = numpy_helper.from_array(np.full((1, 3, 1, 1), 2, np.float32), "weight")
    limit = numpy_helper.from_array(np.array(10, np.float32), "limit")

    def branch(op: str, other: str) -> onnx.GraphProto:
        made = helper.make_empty_tensor_value_info(f"{op} made")
        return helper.make_graph(
            [helper.make_node(op, ["given", other], [f"{op} made"])], op, [], [made]
        )

    nodes = [
        helper.make_node("ReduceSum", ["given"], ["sum"], keepdims=0),
        helper.make_node("Less", ["sum", "limit"], ["small"]),
        helper.make_node("Neg", ["weight"], ["negative"]),
        helper.make_node(
            "If", ["small"], ["answer"],
            then_branch=branch("Mul", "weight"), else_branch=branch("Add", "negative"),
        ),
    ]  # fmt: skip
    given = helper.make_tensor_value_info("given", TensorProto.FLOAT, [1, 3, 2, 2])
    answer = helper.make_tensor_value_info("answer", TensorProto.FLOAT, [1, 3, 2, 2])
    graph = helper.make_graph(nodes, "third", [given], [answer], [weight, limit])
    third = tmp_path / "third.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, third)

    found = session(read(third).model)
    for level in (0.5, 5.0):  # one for each branch
        picture = np.full((1, 3, 2, 2), level, np.float32)
        np.testing.assert_array_equal(
            found.run(None, {f"{PREFIX}given": picture})[0], ran(third, picture)
        )
