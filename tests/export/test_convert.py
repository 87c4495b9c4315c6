"""Conversion: the same bytes each time, named dimensions, weights under their names, a fallback."""

import logging
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from app.runtime.contract import Tensor
from app.runtime.model import Model
from export import convert as module
from export.convert import convert
from export.errors import ConversionFailed
from export.making import build, card
from export.publish import describe
from export.recipe import Recipe
from export.weights import PREFIX, digest, weights_from_onnx
from tests.export.networks import CLASSIFIER, SEGMENTER, UPSCALER, weights_of

pytestmark = pytest.mark.filterwarnings("ignore")

both = pytest.mark.parametrize("recipe", [CLASSIFIER, UPSCALER], ids=lambda recipe: recipe.name)
each = pytest.mark.parametrize(
    "recipe", [CLASSIFIER, UPSCALER, SEGMENTER], ids=lambda recipe: recipe.name
)


def refuse(graph: object) -> onnx.ModelProto:
    raise RuntimeError("can not\nsecond line")


@each
def test_the_same_bytes_each_time(recipe: Recipe) -> None:
    files = [
        convert(build(recipe, weights_of(recipe))).SerializeToString(deterministic=True)
        for _ in range(2)
    ]
    assert files[0] == files[1]


@each
@pytest.mark.parametrize("dynamo", [True, False])
def test_weights_keep_their_names(
    recipe: Recipe, dynamo: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not dynamo:
        monkeypatch.setattr(module, "_by_dynamo", refuse)
    state = weights_of(recipe)
    onnx.save(convert(build(recipe, state)), tmp_path / "model.onnx")
    read = weights_from_onnx(tmp_path / "model.onnx")
    assert set(read) == {name for name, value in state.items() if value.is_floating_point()}
    assert digest(read) == digest(state)
    assert digest(build(recipe, read).network.state_dict()) == digest(state)


def test_dimensions_have_names(tmp_path: Path) -> None:
    graph = build(UPSCALER, weights_of(UPSCALER))
    model = convert(graph)
    describe(model, card(UPSCALER, graph, ""))
    onnx.save(model, tmp_path / "model.onnx")
    loaded = Model.load(tmp_path / "model.onnx")
    assert loaded.inputs == {"image": Tensor("float32", ("N", "H", "W", 3))}
    assert loaded.outputs == {"upscaled": Tensor("float32", ("N", "4*H", "4*W", 3))}


@pytest.mark.parametrize("dynamo", [True, False])
def test_sides_are_any_multiples(
    dynamo: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    graph = build(SEGMENTER, weights_of(SEGMENTER))
    assert graph.multiple == 2
    if not dynamo:
        monkeypatch.setattr(module, "_by_dynamo", refuse)
    model = convert(graph)
    assert ("TorchScript is tried" in caplog.text) == (not dynamo)
    describe(model, card(SEGMENTER, graph, ""))
    onnx.save(model, tmp_path / "model.onnx")
    loaded = Model.load(tmp_path / "model.onnx")

    high, wide = ("2*H_steps", "2*W_steps") if dynamo else ("H", "W")
    assert loaded.inputs == {"image": Tensor("uint8", ("N", high, wide, 3))}
    assert loaded.outputs == {
        "classes": Tensor("uint8", ("N", high, wide)),
        "confidence": Tensor("float32", ("N", high, wide)),
    }
    assert loaded.card.multiple == 2
    for count, height, width in ((1, 2, 2), (3, 2, 10), (2, 14, 6)):
        pictures = graph.pictures(count, height, width, seed=height)
        with torch.no_grad():
            classes, confidence = graph(pictures)
        found = loaded.run(image=pictures.numpy())
        assert np.array_equal(found["classes"], classes.numpy())
        np.testing.assert_allclose(found["confidence"], confidence.numpy(), atol=1e-5)


@both
def test_nothing_of_the_machine_is_in_the_file(recipe: Recipe) -> None:
    model = convert(build(recipe, weights_of(recipe)))
    assert not model.metadata_props
    assert not any(node.metadata_props or node.doc_string for node in model.graph.node)
    assert b"site-packages" not in model.SerializeToString()
    names = {tensor.name for tensor in model.graph.initializer}
    assert not names & {value.name for value in model.graph.input}
    assert any(name.startswith(PREFIX) for name in names)


@both
def test_torchscript_steps_in_and_that_is_logged(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_by_dynamo", refuse)
    with caplog.at_level(logging.WARNING):
        model = convert(build(recipe, weights_of(recipe)))
    assert "TorchScript is tried: can not" in caplog.text
    assert [value.name for value in model.graph.input] == ["image"]
    assert any(node.op_type == "Conv" for node in model.graph.node)


def test_when_both_fail_both_reasons_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_by_dynamo", refuse)
    monkeypatch.setattr(module, "_by_torchscript", refuse)
    with pytest.raises(ConversionFailed, match="dynamo: can not; TorchScript: can not"):
        convert(build(UPSCALER, weights_of(UPSCALER)))


def test_training_mode_is_left(tmp_path: Path) -> None:
    graph = build(CLASSIFIER, weights_of(CLASSIFIER)).train()
    convert(graph)
    assert not any(part.training for part in graph.modules())
    assert torch.is_grad_enabled()
