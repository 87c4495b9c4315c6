"""The head of a third party's classifier: found where it is, and its evidence adds up."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import NodeProto, helper

from app.runtime.model import Model
from export.errors import VerificationFailed
from export.wrapping.gap import GapHead, gap_head
from export.wrapping.nodes import Nodes
from export.wrapping.third_party import PREFIX, read
from export.wrapping.wrap import wrap
from export.wrapping.wrapping import Wrapping
from tests.conftest import noise
from tests.export.wrapping.third import CHANNELS, classifier, ran, softmax, written

CLASSES = 5
RANDOM = np.random.default_rng(0)
KERNEL = RANDOM.normal(0.1, 0.3, (CHANNELS, 3, 3, 3)).astype(np.float32)
MATRIX = RANDOM.normal(0, 2, (CHANNELS, CLASSES)).astype(np.float32)
SHIFT = RANDOM.normal(0, 0.5, CLASSES).astype(np.float32)

GEMM = helper.make_node("Gemm", ["mean", "matrix", "shift"], ["answer"])
PRODUCT = helper.make_node("MatMul", ["mean", "matrix"], ["product"])
SQUEEZE = helper.make_node("Squeeze", ["pooled", "axes"], ["mean"])
POOL = helper.make_node("GlobalAveragePool", ["maps"], ["pooled"])


def reduced(**axes: Any) -> NodeProto:
    return helper.make_node("ReduceMean", ["maps"], ["mean"], keepdims=0, **axes)


def network(path: Path, *nodes: NodeProto, opset: int = 17, **changed: Any) -> Path:
    """A convolution that gives `maps`, and nodes from there to `answer`."""
    axes = np.array([2, 3], np.int64)
    weights = {"kernel": KERNEL, "matrix": MATRIX, "shift": SHIFT, "axes": axes, **changed}
    first = helper.make_node("Conv", ["given", "kernel"], ["maps"], strides=[2, 2])
    used = {name for node in (first, *nodes) for name in node.input}
    weights = {name: value for name, value in weights.items() if name in used}
    return written(path, [first, *nodes], weights, ["N", 3, 16, 16], opset=opset)


def found(path: Path) -> GapHead | None:
    return gap_head(read(path).model)


def add(*names: str) -> NodeProto:
    return helper.make_node("Add", names, ["answer"])


HEADS: dict[str, list[NodeProto]] = {
    "as Keras is written": [POOL, SQUEEZE, PRODUCT, add("product", "shift")],
    "bias first": [POOL, SQUEEZE, PRODUCT, add("shift", "product")],
    "mean": [reduced(axes=[-1, -2]), GEMM],
}


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("end", ["", "Softmax", "Sigmoid"])
def test_evidence_adds_up_to_the_logits(name: str, end: str, tmp_path: Path) -> None:
    nodes = HEADS[name]
    if end:
        last = NodeProto()
        last.CopyFrom(nodes[-1])
        last.output[0] = "logits"
        nodes = [*nodes[:-1], last, helper.make_node(end, ["logits"], ["answer"])]
    third = network(tmp_path / "third.onnx", *nodes)
    made = wrap(read(third), Wrapping("wrapped", "classification", "A title"), tmp_path)
    pictures = np.stack([noise(16, 16, seed=seed) for seed in range(3)])
    outputs = Model.load(made.path).run(image=pictures)
    logits = outputs["evidence"].mean((2, 3)) + SHIFT
    activated = 1 / (1 + np.exp(-logits)) if end == "Sigmoid" else softmax(logits)
    np.testing.assert_allclose(outputs["scores"], activated, atol=1e-5)

    given = (pictures / np.float32(255)).transpose(0, 3, 1, 2).astype(np.float32)
    # The features are the mean of the maps, so the file's own answer follows from them.
    answer = ran(third, given)
    own = outputs["features"] @ MATRIX + SHIFT
    wanted = {"Softmax": softmax(own), "Sigmoid": 1 / (1 + np.exp(-own))}.get(end, own)
    np.testing.assert_allclose(answer, wanted, rtol=1e-4, atol=1e-5)


def test_what_torch_writes(tmp_path: Path) -> None:
    axes = helper.make_node("ReduceMean", ["maps", "axes"], ["mean"], keepdims=0)
    turned = helper.make_node("Gemm", ["mean", "matrix", "shift"], ["answer"], transB=1)
    path = network(tmp_path / "a.onnx", axes, turned, opset=18, matrix=MATRIX.T.copy())
    head = found(path)
    assert head is not None
    assert not head.across
    assert head.maps == PREFIX + "maps"
    np.testing.assert_array_equal(head.matrix, MATRIX)
    np.testing.assert_array_equal(head.bias, SHIFT)
    made = wrap(read(path), Wrapping("wrapped", "classification", "A title"), tmp_path)
    assert set(Model.load(made.path).outputs) == {"scores", "features", "evidence"}


def test_without_a_bias(tmp_path: Path) -> None:
    bare = helper.make_node("MatMul", ["mean", "matrix"], ["answer"])
    head = found(network(tmp_path / "a.onnx", POOL, SQUEEZE, bare))
    assert head is not None
    assert not head.bias.any()


@pytest.mark.parametrize(
    "nodes",
    [
        [helper.make_node("GlobalMaxPool", ["maps"], ["pooled"]), SQUEEZE, GEMM],
        [POOL, SQUEEZE, helper.make_node("Gemm", GEMM.input, GEMM.output, alpha=0.5)],
        [reduced(axes=[1, 2]), helper.make_node("MatMul", ["mean", "wide"], ["answer"])],
        [POOL, SQUEEZE, PRODUCT, add("product", "product")],
        [helper.make_node("ReduceMean", ["maps"], ["answer"], axes=[2, 3], keepdims=0)],
        [
            POOL,
            SQUEEZE,
            PRODUCT,
            helper.make_node("Relu", ["product"], ["r"]),
            add("r", "shift"),
        ],
    ],
)
def test_other_ends_have_no_head(nodes: list[NodeProto], tmp_path: Path) -> None:
    wide = np.ones((7, CLASSES), np.float32)
    assert found(network(tmp_path / "a.onnx", *nodes, wide=wide)) is None


def test_half_precision_has_none(tmp_path: Path) -> None:
    assert found(classifier(tmp_path / "half.onnx", half=True)) is None


@pytest.mark.parametrize("output", ["features", "evidence"])
def test_evidence_that_does_not_add_up_is_not_published(
    output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(self: GapHead, nodes: Nodes) -> None:
        right(self, nodes)
        (node,) = [node for node in nodes.nodes if output in node.output]
        node.output[0] = "half"
        nodes.add("Mul", "half", nodes.constant(np.array(0.5, np.float32)), output=output)

    right = GapHead.write
    monkeypatch.setattr(GapHead, "write", mistaken)
    third = read(classifier(tmp_path / "third.onnx"))
    models = tmp_path / "models"
    with pytest.raises(VerificationFailed, match=f"'{output}' differs from the original"):
        wrap(third, Wrapping("wrapped", "classification", "A title"), models)
    assert list(models.iterdir()) == []
