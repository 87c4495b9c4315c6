"""The shipped models for pictures of any size give in tiles the very pixels of one piece."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from app.imaging.picture import Picture
from app.runtime.execution import Execution
from app.runtime.model import Model
from app.settings import MODELS
from app.tasks import segmentation, super_resolution
from app.tasks.task import UNBOUNDED, Bounds

CAT = Path(__file__).parent.parent.parent / "examples" / "cat.jpg"


@cache
def model(name: str, threads: int = 2) -> Model:
    return Model.load(MODELS / f"{name}.onnx", Execution(threads=threads))


def cat(width: int, height: int) -> Picture:
    with Image.open(CAT) as image:
        pixels = np.asarray(image.convert("RGB").resize((width, height)))
    return Picture(pixels.astype(np.uint16) * 257)  # 16 bits show smaller differences


def enlarged(name: str, picture: Picture, tile_pixels: int, most: int | None = None) -> Picture:
    """Enlarge in tiles of so many pixels, or as if memory had room for `most`."""
    task, asked = super_resolution.TASK, model(name)
    with pytest.MonkeyPatch.context() as patch:
        if most is not None:
            patch.setattr(asked, "most_pixels", most)
        bounds = replace(UNBOUNDED, tile_pixels=tile_pixels)
        return task.infer(asked, picture, task.options(), bounds).picture


@settings(max_examples=20, deadline=None, database=None, derandomize=True)
@given(
    width=st.integers(1, 150),
    height=st.integers(1, 150),
    tile=st.sampled_from([1, 95, 110, 130]),
)
def test_enlarged_tiles_equal_the_whole(width: int, height: int, tile: int) -> None:
    picture = cat(width, height)
    whole = enlarged("srdensenet-x4", picture, 10**6)
    assert np.array_equal(enlarged("srdensenet-x4", picture, tile**2).pixels, whole.pixels)


@pytest.mark.parametrize(("width", "height"), [(340, 9), (8, 345)])
def test_the_paper_s_network_in_tiles_equals_the_whole(width: int, height: int) -> None:
    name, picture = "srdensenet-x4-paper", cat(width, height)
    whole = enlarged(name, picture, 10**6)
    tiles = enlarged(name, picture, 10**6, most=210 * min(width, height))
    assert np.array_equal(tiles.pixels, whole.pixels)


def classes(picture: Picture, most: int) -> tuple[NDArray[np.uint8], int]:
    """The classes as if memory had room for so many pixels, and the number of tiles."""
    count: list[int] = []
    task, asked = segmentation.TASK, model("fc-densenet-cracks")
    bounds = Bounds(10**7, lambda done, total: count.append(total), tile_pixels=10**7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asked, "most_pixels", most)
        return task.infer(asked, picture, task.options(), bounds).classes, count[0]


@pytest.mark.parametrize(("width", "height"), [(1300, 75), (40, 1297)])
def test_segmented_tiles_equal_the_whole(width: int, height: int) -> None:
    picture = cat(width, height)
    whole, one = classes(picture, 10**7)
    tiles, several = classes(picture, 650 * 80)
    assert one == 1 < several
    assert np.array_equal(whole, tiles)
