"""Where a network begins and ends."""

import onnx
import pytest
from onnx import TensorProto, helper

from export.optimize.body import body


def graph(kind: int) -> onnx.GraphProto:
    """A stem, two layers, and a head that is used twice; beside them a filter of its own."""
    nodes = [
        ("Cast", ["image"], ["x"]),
        ("Conv", ["x", "w"], ["stem"]),
        ("Relu", ["stem"], ["a"]),
        ("Conv", ["a", "w"], ["b"]),
        ("Add", ["a", "b"], ["c"]),
        ("Conv", ["c", "w"], ["evidence"]),
        ("ReduceMean", ["c"], ["pooled"]),
        ("Gemm", ["pooled", "w"], ["logits"]),
        ("Softmax", ["logits"], ["scores"]),
        ("Conv", ["x", "w"], ["filtered"]),
    ]
    return helper.make_graph(
        [helper.make_node(op, given, made, name=made[0]) for op, given, made in nodes],
        "network",
        [helper.make_tensor_value_info("image", kind, ["N", 3, "H", "W"])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 3])],
    )


@pytest.mark.parametrize(
    ("kind", "first"), [(TensorProto.UINT8, {"stem"}), (TensorProto.FLOAT, set())]
)
def test_the_last_layers_are_no_part_and_the_first_one_where_bytes_come_in(
    kind: int, first: set[str]
) -> None:
    assert body(graph(kind)) == first | {"a", "b", "c", "pooled"}
