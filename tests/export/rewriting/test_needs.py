"""What nodes are needed for, seen on a graph of two tasks that share half of it."""

from onnx import TensorProto, helper

from export.rewriting.needs import leaving, moving, needed_by

NODES = [
    helper.make_node("Cast", ["image"], ["pixels"], to=TensorProto.FLOAT),
    helper.make_node("Cast", ["weight"], ["kernel"], to=TensorProto.FLOAT),
    helper.make_node("Mul", ["pixels", "kernel"], ["maps"]),
    helper.make_node("Neg", ["maps"], ["a/first"]),
    helper.make_node("Abs", ["maps"], ["inner"]),
    helper.make_node("Add", ["inner", "a/first"], ["a/second"]),
    helper.make_node("Exp", ["a/first"], ["b/third"]),
    helper.make_node("Log", ["maps"], ["unused"]),
]
GRAPH = helper.make_graph(
    NODES,
    "two",
    [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N"])],
    [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N"])
        for name in ("a/first", "a/second", "b/third")
    ],
    [helper.make_tensor("weight", TensorProto.FLOAT16, [1], [1])],
)
A, B = frozenset("a"), frozenset("b")


def test_the_tasks_that_need_each_node() -> None:
    assert needed_by(GRAPH) == [A | B, A | B, A | B, A | B, A, A, B, frozenset()]


def test_what_the_picture_decides() -> None:
    assert list(moving(GRAPH)) == [0, 2, 3, 4, 5, 6, 7]


def test_what_others_take() -> None:
    outputs = {"a/first", "a/second", "b/third"}
    assert leaving(GRAPH, {4: A, 5: A, 6: B}) == {"maps"} | outputs
    # A value that the next gate takes.
    assert leaving(GRAPH, {4: A, 5: B}) == {"maps", "inner"} | outputs
