"""A batch that was fixed at one becomes free where that is right, and is refused where not."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from app.card import Fit
from app.runtime.model import Model
from export.errors import UnusableGraph
from export.wrapping.third_party import read
from export.wrapping.wrap import wrap
from export.wrapping.wrapping import Wrapping
from tests.conftest import noise
from tests.export.wrapping.third import CHANNELS, classifier, mapper, ran, softmax, written


def wrapped(path: Path, task: str = "classification", **said: Any) -> Model:
    wrapping = Wrapping(name="wrapped", task=task, title="Wrapped", **said)
    return Model.load(wrap(read(path), wrapping, path.parent / "models").path)


def assert_batches(path: Path, model: Model, sides: tuple[int, int] = (16, 16)) -> None:
    pictures = np.stack([noise(*sides, seed=seed) // (1 + seed) for seed in range(3)])
    given = (pictures / 255).transpose(0, 3, 1, 2).astype(np.float32)
    expected = softmax(ran(path, given))
    np.testing.assert_allclose(model.run(image=pictures)["scores"], expected, atol=1e-6)
    assert np.ptp(expected, axis=0).max() > 0.01


@pytest.mark.parametrize("flat", [(1, -1), (1, CHANNELS), (-1, CHANNELS), (0, -1)])
@pytest.mark.parametrize("opset", [9, 13, 20])
def test_a_reshape_that_names_the_batch(opset: int, flat: tuple[int, int], tmp_path: Path) -> None:
    third = classifier(
        tmp_path / "third.onnx", batch=1, flat=flat, opset=opset, ir=min(opset // 2, 9)
    )
    assert_batches(third, wrapped(third))


def test_a_shape_that_is_a_constant_node(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", batch=1, flat=(1, -1))
    model = onnx.load(third)
    flat = next(tensor for tensor in model.graph.initializer if tensor.name == "flat")
    model.graph.node.insert(0, helper.make_node("Constant", [], ["flat"], value=flat))
    model.graph.initializer.remove(flat)
    onnx.save(model, third)
    assert_batches(third, wrapped(third))


def test_another_fixed_batch(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", batch=2, flat=(2, CHANNELS))
    model = wrapped(third)
    pictures = np.stack([noise(16, 16, seed=seed) for seed in range(3)])
    free = classifier(tmp_path / "free.onnx")
    given = (pictures / 255).transpose(0, 3, 1, 2).astype(np.float32)
    np.testing.assert_allclose(
        model.run(image=pictures)["scores"], softmax(ran(free, given)), atol=1e-6
    )


def test_a_kernel_that_is_reshaped_keeps_its_shape(tmp_path: Path) -> None:
    """A grayish kernel of one output: its shape begins with 1, too, which is not the batch."""
    random = np.random.default_rng(0)
    weights = {
        "flat kernel": random.normal(0, 1, 27).astype(np.float32),
        "shape": np.array([1, 3, 3, 3]),
        "pool": np.array([1, 16]),
    }
    nodes = [
        helper.make_node("Reshape", ["flat kernel", "shape"], ["kernel"]),
        helper.make_node("Conv", ["given", "kernel"], ["map"], strides=[4, 4], pads=[1] * 4),
        helper.make_node("Reshape", ["map", "pool"], ["answer"]),
    ]
    third = written(tmp_path / "third.onnx", nodes, weights, [1, 3, 16, 16])
    assert_batches(third, wrapped(third))


def test_sizes_of_a_resize_that_name_the_batch(tmp_path: Path) -> None:
    """As torch writes `interpolate` to a size when it traces one picture."""
    third = mapper(tmp_path / "third.onnx", sides=(16, 16), stride=2)
    model = onnx.load(third)
    model.graph.node[-1].output[0] = "small"
    model.graph.initializer.append(numpy_helper.from_array(np.array([1, 3, 16, 16]), "sizes"))
    model.graph.node.append(helper.make_node("Resize", ["small", "", "", "sizes"], ["answer"]))
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    del model.graph.value_info[:]
    onnx.save(model, third)
    found = wrapped(third, "segmentation")
    assert found.card.fit == Fit(size=(16, 16))
    pictures = np.stack([noise(16, 16, seed=seed) for seed in range(3)])
    given = (pictures / 255).transpose(0, 3, 1, 2).astype(np.float32)
    classes = found.run(image=pictures)["classes"]
    assert np.mean(classes == ran(third, given).argmax(1)) > 0.999


def test_a_reshape_that_mixes_pictures_is_refused(tmp_path: Path) -> None:
    """Features of all pictures in one row; the linear layer then has too many."""
    weights = {
        "row": np.array([1, 48]),
        "back": np.array([1, 48]),
        "matrix": np.ones((48, 2), np.float32),
    }
    nodes = [
        helper.make_node("GlobalAveragePool", ["given"], ["mean"]),
        helper.make_node("Tile", ["mean", "times"], ["tiled"]),
        helper.make_node("Transpose", ["tiled"], ["turned"], perm=[1, 0, 2, 3]),
        helper.make_node("Squeeze", ["turned", "axis"], ["squeezed"]),
        helper.make_node("Reshape", ["squeezed", "row"], ["features"], name="pin"),
        helper.make_node("MatMul", ["features", "matrix"], ["answer"]),
    ]
    weights |= {"times": np.array([1, 16, 1, 1]), "axis": np.array([1])}
    third = written(tmp_path / "third.onnx", nodes, weights, [1, 3, 16, 16])
    with pytest.raises(UnusableGraph, match=r"several pictures at once \(it was exported for 1\)"):
        wrapped(third)
    assert not (tmp_path / "models").exists()


def test_a_picture_that_sees_its_neighbours_is_refused(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("GlobalAveragePool", ["given"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["row"]),
        helper.make_node("ReduceMax", ["row"], ["largest"], axes=[0], keepdims=1),
        helper.make_node("Sub", ["row", "largest"], ["apart"]),
        helper.make_node("Add", ["row", "apart"], ["answer"]),
    ]
    third = written(tmp_path / "third.onnx", nodes, {}, [1, 3, 16, 16])
    with pytest.raises(UnusableGraph, match="in one batch get answers that differ by"):
        wrapped(third)


def test_an_answer_without_a_batch_is_refused(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("GlobalAveragePool", ["given"], ["mean"]),
        helper.make_node("Squeeze", ["mean"], ["answer"]),
    ]
    third = written(tmp_path / "third.onnx", nodes, {}, [1, 3, 16, 16])
    with pytest.raises(UnusableGraph, match=r"is \(3,\): its first axis must be the pictures"):
        wrapped(third)
