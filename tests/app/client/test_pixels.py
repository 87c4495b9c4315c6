"""Arrays to PNG and back, in every depth, held to other people's readers."""

import io
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from app.client.pixels import array_of, png_of
from tests.conftest import noise


@pytest.mark.parametrize("channels", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_whole_numbers_stay_what_they_are(channels: int, dtype: type[np.generic]) -> None:
    shape = (3, 5, channels) if channels else (3, 5)
    highest = np.iinfo(dtype).max  # type: ignore[type-var]
    pixels = np.random.default_rng(1).integers(0, highest + 1, shape).astype(dtype)
    read = imagecodecs.png_decode(png_of(pixels))
    assert read.dtype == dtype
    assert np.array_equal(read, pixels.reshape(read.shape))


def test_floats_become_sixteen_bits() -> None:
    pixels = np.array([[-1, 0, 0.5, 1, 2]], np.float32)
    read = imagecodecs.png_decode(png_of(pixels))
    assert read.dtype == np.uint16
    assert read.ravel().tolist() == [0, 0, 32768, 65535, 65535]


def test_truth_is_white() -> None:
    assert array_of(png_of(np.array([[True, False]]))).tolist() == [[255, 0]]


def test_arrays_need_not_lie_in_a_row() -> None:
    pixels = noise(6, 8)[::2, ::-1]
    assert np.array_equal(imagecodecs.png_decode(png_of(pixels)), pixels)
    swapped = np.arange(6, dtype=">u2").reshape(2, 3)
    assert np.array_equal(imagecodecs.png_decode(png_of(swapped)), swapped)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros(3, np.uint8),
        np.zeros((2, 2, 5), np.uint8),
        np.zeros((0, 2), np.uint8),
        np.zeros((2, 2), np.int32),
        np.zeros((2, 2), np.complex64),
        np.array([[np.nan]]),
    ],
)
def test_what_is_no_picture_is_told(pixels: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="array"):
        png_of(pixels)


def test_a_palette_gives_indices() -> None:
    image = Image.fromarray(np.array([[0, 2], [1, 2]], np.uint8), "P")
    image.putpalette([9, 9, 9, 8, 8, 8, 7, 7, 7])
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    assert array_of(buffer.getvalue()).tolist() == [[0, 2], [1, 2]]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_tiff_is_read_in_its_depth(dtype: type[np.generic]) -> None:
    pixels = noise(5, 4).astype(dtype)
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, photometric="rgb")
    read = array_of(buffer.getvalue())
    assert read.dtype == dtype
    assert np.array_equal(read, pixels)


@pytest.mark.parametrize("library", ["imagecodecs", "tifffile"])
def test_depth_is_never_lost_in_silence(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = noise(5, 4).astype(np.uint16)
    content = png_of(pixels)
    if library == "tifffile":
        buffer = io.BytesIO()
        tifffile.imwrite(buffer, pixels, photometric="rgb")
        content = buffer.getvalue()
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(ImportError, match="deep"):
        array_of(content)
