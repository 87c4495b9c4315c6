"""Joins of a dense block as a chain."""

import numpy as np
import onnx
from onnx import TensorProto, helper

from export.optimize.chaining import chain
from export.wrapping.surgery import session

SIDE = 3


def dense(*joins: tuple[str, str, int]) -> onnx.ModelProto:
    """Joins of single letters along an axis, each an output, as `(name, letters, axis)`."""
    given = [helper.make_tensor_value_info(x, TensorProto.FLOAT, [SIDE, SIDE]) for x in "abcd"]
    nodes = [
        helper.make_node("Concat", list(letters), [name], name=name, axis=axis)
        for name, letters, axis in joins
    ]
    outputs = [helper.make_empty_tensor_value_info(name) for name, _, _ in joins]
    graph = helper.make_graph(nodes, "dense", given, outputs)
    graph = onnx.shape_inference.infer_shapes(helper.make_model(graph, ir_version=9)).graph
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def inputs_of(model: onnx.ModelProto) -> dict[str, list[str]]:
    return {node.name: list(node.input) for node in model.graph.node}


def test_each_join_takes_the_longest_one_before_it() -> None:
    model = dense(("two", "ab", 1), ("three", "abc", 1), ("four", "abcd", 1))
    given = {
        x: np.full((SIDE, SIDE), number, np.float32) for number, x in enumerate("abcd", start=1)
    }
    before = session(model).run(None, given)

    chain(model.graph)

    assert inputs_of(model) == {"two": ["a", "b"], "three": ["two", "c"], "four": ["three", "d"]}
    onnx.checker.check_model(model, full_check=True)
    after = session(model).run(None, given)
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_other_joins_stay() -> None:
    joins = ("two", "ab", 1), ("turned", "abc", 0), ("other", "bac", 1), ("kept", "abd", 1)
    model = dense(*joins)

    chain(model.graph, apart_from=["kept"])

    assert inputs_of(model) == {name: list(letters) for name, letters, _ in joins}
