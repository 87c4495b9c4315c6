"""Maps of a third party: segmentation, saliency, super-resolution, each against plain numpy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper
from PIL import Image

from app.card import Fit
from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks import TASKS
from app.tasks.task import Bounds
from export.errors import UnusableGraph
from export.wrapping.activation import Activation
from export.wrapping.answers.bilinear import bilinear
from export.wrapping.pixels import Color
from export.wrapping.third_party import read
from export.wrapping.wrap import wrap
from export.wrapping.wrapping import Wrapping
from tests.conftest import noise
from tests.export.wrapping.third import mapper, ran, softmax


def wrapped(path: Path, task: str, **said: Any) -> Model:
    wrapping = Wrapping(name="wrapped", task=task, title="Wrapped", **said)
    model = Model.load(wrap(read(path), wrapping, path.parent / "models").path)
    model.warm_up()
    return model


def answers(path: Path, pictures: NDArray[Any], layout: str = "nchw") -> NDArray[Any]:
    """Maps `[N, C, h, w]` of pictures in 0..1."""
    given = pictures.astype(np.float32)
    if layout == "nhwc":
        return ran(path, given).transpose(0, 3, 1, 2)
    return ran(path, given.transpose(0, 3, 1, 2))


def pictures(height: int, width: int) -> NDArray[np.uint8]:
    return np.stack([noise(width, height, seed=seed) for seed in range(3)])


@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
@pytest.mark.parametrize(("opset", "stride"), [(9, 1), (9, 4), (11, 4), (13, 4), (18, 4), (20, 1)])
def test_segmentation(opset: int, stride: int, layout: str, tmp_path: Path) -> None:
    third = mapper(tmp_path / "third.onnx", opset=opset, stride=stride, layout=layout)
    labels = ("a", "b", "c")
    model = wrapped(third, "segmentation", labels=labels)
    assert model.card.fit is None
    assert model.card.multiple == 1
    for sides in ((12, 20), (33, 17)):
        given = pictures(*sides)
        logits = bilinear(answers(third, given / 255, layout), *sides)
        found = model.run(image=given)
        assert np.mean(found["classes"] == logits.argmax(1)) > 0.999
        expected = softmax(logits).max(1)
        np.testing.assert_allclose(found["confidence"], expected, atol=1e-5)


def test_bilinear_is_that_of_pillow() -> None:
    """Where a picture grows; where it shrinks Pillow looks at more pixels."""
    plane = noise(7, 5)[..., 0].astype(np.float32)
    image = Image.fromarray(plane).resize((20, 9), Image.Resampling.BILINEAR)
    np.testing.assert_allclose(bilinear(plane[None, None], 9, 20)[0, 0], image, atol=1e-3)


def test_a_segmentation_of_fixed_sides(tmp_path: Path) -> None:
    third = mapper(tmp_path / "third.onnx", sides=(16, 24), stride=2)
    model = wrapped(third, "segmentation")
    assert model.card.fit == Fit(size=(16, 24))
    assert model.inputs["image"].shape == ("N", 16, 24, 3)


def test_probabilities_of_classes(tmp_path: Path) -> None:
    end = [helper.make_node("Softmax", ["last"], ["answer"], axis=1)]
    third = mapper(tmp_path / "third.onnx", end=end)
    given = pictures(9, 8)
    shares = answers(third, given / 255)
    found = wrapped(third, "segmentation").run(image=given)
    np.testing.assert_allclose(found["confidence"], shares.max(1), atol=1e-5)
    assert np.mean(found["classes"] == shares.argmax(1)) > 0.999


@pytest.mark.parametrize("end", ["", "Sigmoid"])
def test_one_map_is_the_second_of_two_classes(end: str, tmp_path: Path) -> None:
    nodes = [helper.make_node(end, ["last"], ["answer"])] if end else []
    third = mapper(tmp_path / "third.onnx", maps=1, end=nodes)
    given = pictures(9, 8)
    share = answers(third, given / 255)[:, 0]
    share = share if end else 1 / (1 + np.exp(-share))
    found = wrapped(third, "segmentation", labels=("other", "crack")).run(image=given)
    assert np.mean(found["classes"] == (share > 0.5)) > 0.999
    assert set(np.unique(found["classes"])) == {0, 1}
    np.testing.assert_allclose(found["confidence"], np.maximum(share, 1 - share), atol=1e-5)


@pytest.mark.parametrize("keepdims", [0, 1])
def test_classes_that_were_chosen_already(keepdims: int, tmp_path: Path) -> None:
    end = [helper.make_node("ArgMax", ["last"], ["answer"], axis=1, keepdims=keepdims)]
    third = mapper(tmp_path / "third.onnx", end=end)
    model = wrapped(third, "segmentation", labels=("a", "b", "c"))
    assert set(model.outputs) == {"classes"}
    given = pictures(9, 8)
    unit = (given / 255).astype(np.float32).transpose(0, 3, 1, 2)
    expected = ran(third, unit).reshape(3, 9, 8)
    np.testing.assert_array_equal(model.run(image=given)["classes"], expected)


def test_a_network_that_halves_pictures_says_so(tmp_path: Path) -> None:
    third = mapper(tmp_path / "third.onnx", stride=4, upsampled=True)
    model = wrapped(third, "segmentation")
    assert model.card.multiple == 4


@pytest.mark.parametrize(
    ("said", "end", "offset"),
    [
        (Activation.auto, "", 0),
        (Activation.auto, "Sigmoid", 0),
        (Activation.sigmoid, "", 0),
        (Activation.softmax, "", 3),
    ],
)
@pytest.mark.parametrize("opset", [9, 13, 20])
def test_saliency(opset: int, said: Activation, end: str, offset: float, tmp_path: Path) -> None:
    nodes = [helper.make_node(end, ["last"], ["answer"])] if end else []
    third = mapper(tmp_path / "third.onnx", maps=1, stride=2, end=nodes, opset=opset, offset=offset)
    model = wrapped(third, "saliency", activation=said)
    given = pictures(12, 20)
    plane = answers(third, given / 255)[:, 0].astype(float)
    if said == Activation.softmax:
        plane = np.exp(plane - plane.max((1, 2), keepdims=True))
    elif not end:
        plane = 1 / (1 + np.exp(-plane))
    found = model.run(image=given)["saliency"]
    np.testing.assert_allclose(found, plane, atol=1e-5)
    assert 0 <= found.min() < found.max() <= 1


@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
def test_super_resolution(layout: str, tmp_path: Path) -> None:
    third = mapper(tmp_path / "third.onnx", shuffle=2, layout=layout, offset=0.5)
    mean, std = (0.4, 0.5, 0.6), (0.5, 0.6, 0.7)
    model = wrapped(third, "super-resolution", mean=mean, std=std, color=Color.bgr)
    assert (model.card.scale, model.card.multiple, model.card.halo) == (2, 1, None)
    assert model.inputs["image"].dtype == "float32"
    given = (pictures(7, 10) / 255).astype(np.float32)
    values = answers(third, (given[..., ::-1] - mean) / std, layout)
    expected = (values.transpose(0, 2, 3, 1) * std + mean)[..., ::-1].clip(0, 1)
    found = model.run(image=given)["upscaled"]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.mean((found > 0) & (found < 1)) > 0.1

    task = TASKS["super-resolution"]
    result = task.infer(model, Picture(pictures(7, 10)[0]), task.options(), Bounds(10**6))
    assert result.picture.pixels.shape == (14, 20, 3)


@pytest.mark.parametrize(
    ("task", "network", "reason"),
    [
        ("classification", {"sides": (8, 8)}, "for a picture of 8x8 it answers 3x8x8, but scores"),
        ("saliency", {}, "but a saliency is one map"),
        ("super-resolution", {"maps": 4}, "but an enlargement is three channels"),
        ("super-resolution", {"sides": (8, 8)}, "pictures of 8x8 only; an enlargement must take"),
        ("super-resolution", {"stride": 2}, "64x66 it answers 3x32x33, but an enlargement"),
        ("segmentation", {"maps": 256}, "more than 255 classes"),
    ],
)
def test_networks_of_another_task(
    task: str, network: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    third = mapper(tmp_path / "third.onnx", **network)
    with pytest.raises(UnusableGraph, match=reason):
        wrapped(third, task)
    assert not (tmp_path / "models").exists()


def test_outputs_declare_their_types(tmp_path: Path) -> None:
    third = mapper(tmp_path / "third.onnx")
    model = wrapped(third, "segmentation")
    assert str(model.outputs["classes"]) == "uint8[N,H,W]"
    assert str(model.outputs["confidence"]) == "float32[N,H,W]"
