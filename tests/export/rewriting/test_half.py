"""Half precision: kernels take half the bytes, and the file computes what its network does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from app.runtime.model import Model
from export.making import export
from export.rewriting import half
from export.rewriting.half import rounded
from export.verify import TOLERANCE
from export.weights import PREFIX, digest, read_weights
from tests.export.networks import SEGMENTER, weights_of

pytestmark = pytest.mark.filterwarnings("ignore")

SMALLEST = 30
"""Of the tensors that are stored in half, instead of 4096: the network is tiny."""


def test_kernels_are_rounded_and_the_rest_is_left() -> None:
    torch.manual_seed(0)
    weights = {
        "kernel": torch.randn(64, 64, 1, 1),
        "vector": torch.randn(5000),
        "small": torch.randn(8, 8),
        "count": torch.arange(4096).reshape(64, 64),
    }

    found = rounded(weights)

    assert list(found) == list(weights)
    assert found["kernel"].dtype == torch.float32
    assert torch.equal(found["kernel"], weights["kernel"].half().float())
    assert not torch.equal(found["kernel"], weights["kernel"])
    assert all(found[name] is weights[name] for name in ("vector", "small", "count"))
    again = rounded(found)
    assert torch.equal(again["kernel"], found["kernel"])


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(half, "SMALLEST", SMALLEST)
        recipe, folder = replace(SEGMENTER, half=True), tmp_path_factory.mktemp("models")
        path, parity = export(recipe, weights_of(SEGMENTER), folder)
    assert parity.error < TOLERANCE
    return path


def is_halved(tensor: torch.Tensor) -> bool:
    return tensor.dim() > 1 and tensor.numel() >= SMALLEST


def test_a_file_stores_its_kernels_in_half(exported: Path) -> None:
    model = onnx.load(exported)
    onnx.checker.check_model(model, full_check=True)
    stored = {
        tensor.name.removeprefix(PREFIX): tensor.data_type
        for tensor in model.graph.initializer
        if tensor.name.startswith(PREFIX)
    }
    weights = {n: t for n, t in weights_of(SEGMENTER).items() if t.is_floating_point()}
    single, halved = onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16
    assert stored == {n: halved if is_halved(t) else single for n, t in weights.items()}
    assert {single, halved} == set(stored.values())


def test_weights_come_back_as_the_file_computes_with_them(exported: Path) -> None:
    read = read_weights(exported)

    assert {tensor.dtype for tensor in read.values()} == {torch.float32}
    expected = {
        name: tensor.half().float() if is_halved(tensor) else tensor
        for name, tensor in weights_of(SEGMENTER).items()
    }
    assert digest(read) == digest(expected)
    assert Model.load(exported).card.source_sha256 == digest(expected)


def test_the_file_takes_and_gives_what_it_would_in_full(exported: Path) -> None:
    model = Model.load(exported)
    assert [tensor.dtype for tensor in model.inputs.values()] == ["uint8"]
    assert {tensor.dtype for tensor in model.outputs.values()} == {"uint8", "float32"}
    found = model.run(image=np.zeros((1, 6, 8, 3), np.uint8))
    assert found["classes"].shape == found["confidence"].shape == (1, 6, 8)
