"""PNG files that are written strip by strip are read by others as what was written."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.imaging.png_writer import write_png
from app.imaging.strips import Strips

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def pixels(channels: int, dtype: type, height: int = 150, width: int = 31) -> NDArray[np.uint16]:
    random = np.random.default_rng(channels)
    return random.integers(0, np.iinfo(dtype).max, (height, width, channels), dtype, True)


def written(rows: NDArray[np.uint16], icc: bytes | None = None) -> bytes:
    height, width, channels = rows.shape
    buffer = io.BytesIO()
    strips = [rows[:1], rows[1:100], rows[100:]]
    write_png(Strips(width, height, channels, rows.dtype, strips, icc), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_eight_bits(channels: int) -> None:
    rows = pixels(channels, np.uint8)
    with Image.open(io.BytesIO(written(rows))) as image:
        assert image.mode == MODES[channels]
        assert np.array_equal(np.asarray(image).reshape(rows.shape), rows)


def test_sixteen_bits_of_gray() -> None:
    rows = pixels(1, np.uint16)
    with Image.open(io.BytesIO(written(rows))) as image:
        assert np.array_equal(np.asarray(image), rows[..., 0])


@pytest.mark.parametrize(("channels", "shown"), [(2, [0, 3]), (3, [0, 1, 2]), (4, [0, 1, 2, 3])])
def test_sixteen_bits(channels: int, shown: list[int]) -> None:
    """Pillow reads the upper half of them, so the lower one is shown to it as another picture."""
    rows = pixels(channels, np.uint16)
    for given, wanted in ((rows, rows >> 8), (rows << 8, rows & 255)):
        with Image.open(io.BytesIO(written(given))) as image:
            assert np.array_equal(np.asarray(image)[..., shown], wanted)


def test_a_colour_profile() -> None:
    with Image.open(io.BytesIO(written(pixels(3, np.uint8), b"a profile"))) as image:
        assert image.info["icc_profile"] == b"a profile"


def test_further_chunks() -> None:
    rows = pixels(3, np.uint8)
    buffer = io.BytesIO()
    resolution = (11811).to_bytes(4) * 2 + b"\1"  # 300 dpi
    write_png(Strips(31, 150, 3, rows.dtype, [rows]), buffer, [(b"pHYs", resolution)])
    with Image.open(buffer) as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01)
