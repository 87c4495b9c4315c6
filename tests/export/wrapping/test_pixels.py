"""What a network is given: the ways of Keras' three families, of gray and of whole numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from export.errors import UnusableGraph
from export.wrapping.nodes import Nodes
from export.wrapping.pixels import Color, Layout, Pixels, layout_of
from export.wrapping.surgery import session
from tests.conftest import noise

PICTURES = np.stack([noise(5, 4, seed=seed) for seed in range(2)])
BGR = PICTURES[..., ::-1]
FLOAT, HALF, BYTE = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.UINT8
TORCH = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CAFFE = (103.939, 116.779, 123.68)


def pixels(
    mean: Sequence[float] = (0,), std: Sequence[float] = (1,), *, range: float = 1,
    color: Color = Color.rgb, layout: Layout = Layout.nhwc, dtype: int = FLOAT,
) -> Pixels:  # fmt: skip
    return Pixels(tuple(mean), tuple(std), range, color, layout, dtype)


def by_graph(how: Pixels, pictures: Any, opset: int) -> Any:
    nodes = Nodes("", opset)
    unit = pictures.dtype != np.uint8
    made = how.write(nodes, "image", white=1 if unit else 255)
    kind = FLOAT if unit else BYTE
    image = helper.make_tensor_value_info("image", kind, ["N", "H", "W", 3])
    given = helper.make_tensor_value_info(made, how.dtype, None)
    graph = helper.make_graph(nodes.nodes, "before", [image], [given], nodes.constants)
    imports = [helper.make_opsetid("", opset)]
    model = helper.make_model(graph, opset_imports=imports, ir_version=8)
    return session(model).run(None, {"image": pictures})[0]


@pytest.mark.parametrize("opset", [8, 13, 20])
@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (pixels(*TORCH), (PICTURES / 255 - TORCH[0]) / TORCH[1]),
        (pixels(CAFFE, range=255, color=Color.bgr), BGR - np.array(CAFFE)),
        (pixels([0.5], [0.5]), PICTURES / 127.5 - 1),
        (pixels(range=255), PICTURES * 1.0),
        (pixels(), PICTURES / 255),
        (pixels(*TORCH, layout=Layout.nchw),
         ((PICTURES / 255 - TORCH[0]) / TORCH[1]).transpose(0, 3, 1, 2)),
        (pixels(color=Color.gray), (PICTURES @ np.array([0.299, 0.587, 0.114]) / 255)[..., None]),
    ],
    ids=["torch", "caffe", "tf", "levels", "unit", "nchw", "gray"],
)  # fmt: skip
def test_graph_and_numpy_compute_it(how: Pixels, expected: Any, opset: int) -> None:
    np.testing.assert_allclose(how.prepared(PICTURES), expected, rtol=1e-6, atol=1e-6)
    found = by_graph(how, PICTURES, opset)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=2e-6)


def test_pictures_in_0_to_1() -> None:
    unit = (PICTURES / 255).astype(np.float32)
    how = pixels(CAFFE, range=255, color=Color.bgr)
    np.testing.assert_allclose(by_graph(how, unit, 17), BGR - np.array(CAFFE), atol=1e-4)


def test_bytes_stay_bytes() -> None:
    how = pixels(range=255, color=Color.bgr, dtype=BYTE)
    for found in (how.prepared(PICTURES), by_graph(how, PICTURES, 17)):
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, BGR)
    with pytest.raises(UnusableGraph, match="takes uint8 pixels as they are: say --range 255"):
        pixels(dtype=BYTE)


def test_gray_bytes_are_rounded_alike() -> None:
    how = pixels(range=255, color=Color.gray, dtype=BYTE)
    apart = how.prepared(PICTURES).astype(int) - by_graph(how, PICTURES, 17)
    assert np.abs(apart).max() <= 1
    assert np.mean(apart == 0) > 0.9


def test_half_precision() -> None:
    how = pixels(*TORCH, dtype=HALF)
    found = by_graph(how, PICTURES, 17)
    assert found.dtype == how.prepared(PICTURES).dtype == np.float16
    np.testing.assert_allclose(found.astype(float), how.prepared(PICTURES).astype(float), atol=2e-3)


def test_colours_come_back() -> None:
    unit = (PICTURES / 255).astype(np.float32)
    for layout in Layout:
        how = pixels(CAFFE, (2, 3, 4), range=255, color=Color.bgr, layout=layout)
        np.testing.assert_allclose(how.restored(how.prepared(unit)), unit, atol=1e-6)
        nodes = Nodes("", 17)
        how.write_back(nodes, how.write(nodes, "image", white=1), "back")
        kinds = [helper.make_tensor_value_info(n, FLOAT, [2, 4, 5, 3]) for n in ("image", "back")]
        graph = helper.make_graph(nodes.nodes, "both", kinds[:1], kinds[1:], nodes.constants)
        imports = [helper.make_opsetid("", 17)]
        model = helper.make_model(graph, opset_imports=imports, ir_version=8)
        np.testing.assert_allclose(session(model).run(None, {"image": unit})[0], unit, atol=1e-6)


def test_numbers_that_do_not_fit() -> None:
    with pytest.raises(UnusableGraph, match="--mean has 2 values for 3 channels"):
        pixels((0.1, 0.2))
    with pytest.raises(UnusableGraph, match="--std has 3 values for 1 channels"):
        pixels((0.1,), (1, 2, 3), color=Color.gray)
    with pytest.raises(UnusableGraph, match="--std must not be 0"):
        pixels((0.1,), (1, 0, 3))
    with pytest.raises(UnusableGraph, match="of type int64, which pictures can not be given in"):
        pixels(dtype=TensorProto.INT64)


@pytest.mark.parametrize(
    ("shape", "color", "found"),
    [
        ((None, 3, 224, 224), Color.rgb, Layout.nchw),
        ((1, 224, 224, 3), Color.bgr, Layout.nhwc),
        ((1, 3, None, None), Color.rgb, Layout.nchw),
        ((1, None, None, 1), Color.gray, Layout.nhwc),
    ],
)
def test_layouts(shape: tuple[int | None, ...], color: Color, found: Layout) -> None:
    assert layout_of(shape, None, color) == found


def test_layouts_that_are_none() -> None:
    with pytest.raises(UnusableGraph, match="has 2 axes"):
        layout_of((1, 3), None, Color.rgb)
    with pytest.raises(UnusableGraph, match=r"is 1x4x8x8: it does not take rgb"):
        layout_of((1, 4, 8, 8), None, Color.rgb)
    with pytest.raises(UnusableGraph, match=r"say --layout"):
        layout_of((None,) * 4, None, Color.rgb)
    assert layout_of((None,) * 4, Layout.nhwc, Color.rgb) == Layout.nhwc
