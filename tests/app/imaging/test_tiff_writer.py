"""TIFF files that are written strip by strip are read by others as what was written."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.imaging import tiff_writer
from app.imaging.strips import Strips
from app.imaging.tiff_writer import write_tiff

tifffile = pytest.importorskip("tifffile")


def pixels(channels: int, dtype: type, height: int = 300, width: int = 271) -> NDArray[np.uint16]:
    random = np.random.default_rng(channels)
    return random.integers(0, np.iinfo(dtype).max, (height, width, channels), dtype, True)


def written(rows: NDArray[np.uint16], icc: bytes | None = None) -> io.BytesIO:
    height, width, channels = rows.shape
    buffer = io.BytesIO()
    strips = [rows[:1], rows[1:100], rows[100:]]
    write_tiff(Strips(width, height, channels, rows.dtype, strips, icc), buffer)
    buffer.seek(0)
    return buffer


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_all_kinds(channels: int, dtype: type) -> None:
    rows = pixels(channels, dtype)
    with tifffile.TiffFile(written(rows)) as file:
        (page,) = file.pages
        assert not file.is_bigtiff
        assert page.is_tiled
        assert page.compression.name == "ADOBE_DEFLATE"
        assert np.array_equal(page.asarray().reshape(rows.shape), rows)
        assert len(page.extrasamples) == (channels in (2, 4))


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")])
def test_pillow_reads_them(channels: int, mode: str) -> None:
    rows = pixels(channels, np.uint8)
    with Image.open(written(rows, b"a profile")) as image:
        assert image.mode == mode
        assert image.info["icc_profile"] == b"a profile"
        assert np.array_equal(np.asarray(image).reshape(rows.shape), rows)


def test_a_large_one_is_a_bigtiff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiff_writer, "PLAIN_LIMIT", 1000)
    rows = pixels(3, np.uint8)
    with tifffile.TiffFile(written(rows)) as file:
        assert file.is_bigtiff
        assert np.array_equal(file.asarray(), rows)


def test_further_tags() -> None:
    rows = pixels(3, np.uint8)
    buffer = io.BytesIO()
    scale = (33550, 12, 3, (0.25, 0.25, 0.0), False)  # ModelPixelScaleTag
    write_tiff(Strips(271, 300, 3, rows.dtype, [rows]), buffer, [scale])
    buffer.seek(0)
    with tifffile.TiffFile(buffer) as file:
        assert file.pages[0].tags[33550].value == (0.25, 0.25, 0.0)
