"""Encoding: what a format can hold comes back out of it."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from app.imaging.decode import decode
from app.imaging.encode import MEDIA_TYPES, can_hold, encode, encode_indexed, own_media_type
from app.imaging.picture import Picture
from tests.conftest import noise

LOSSLESS = ["image/png", "image/tiff"]


@pytest.mark.parametrize("media_type", LOSSLESS)
def test_lossless_round_trip(media_type: str) -> None:
    picture = Picture(noise(9, 7), alpha=noise(9, 7, 1)[..., 0])
    back = decode(encode(picture, media_type), max_pixels=100)
    assert np.array_equal(back.pixels, picture.pixels)
    assert back.alpha is not None
    assert picture.alpha is not None
    assert np.array_equal(back.alpha, picture.alpha)


@pytest.mark.parametrize("media_type", LOSSLESS)
def test_sixteen_bit_gray_round_trip(media_type: str) -> None:
    deep = np.arange(12, dtype=np.uint16).reshape(3, 4) * 5001
    picture = Picture(np.stack([deep] * 3, axis=-1), gray=True)
    assert np.array_equal(
        decode(encode(picture, media_type), max_pixels=100).pixels, picture.pixels
    )


@pytest.mark.parametrize("media_type", MEDIA_TYPES.values())
def test_profile_and_format(media_type: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encode(Picture(noise(9, 7), icc=profile), media_type)
    image = Image.open(io.BytesIO(data))
    assert image.get_format_mimetype() == media_type
    assert image.info["icc_profile"] == profile
    assert own_media_type(decode(data, max_pixels=100)) == media_type


@pytest.mark.parametrize("media_type", [*LOSSLESS, "image/jpeg"])
def test_gray_stays_gray(media_type: str) -> None:
    gray = np.full((4, 4, 3), 90, np.uint8)
    assert decode(encode(Picture(gray, gray=True), media_type), max_pixels=100).gray


def test_jpeg_lays_alpha_on_white() -> None:
    picture = Picture(np.zeros((8, 8, 3), np.uint8), alpha=np.zeros((8, 8), np.uint8))
    assert decode(encode(picture, "image/jpeg"), max_pixels=100).pixels.min() > 250


def test_limits_of_the_formats() -> None:
    assert can_hold("image/webp", 16383, 1)
    assert not can_hold("image/webp", 16384, 1)
    assert not can_hold("image/jpeg", 1, 65536)
    assert can_hold("image/png", 70000, 70000)


def test_indexed_values_stay_what_they_are() -> None:
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    colors = [(i, 255 - i, 7) for i in range(256)]
    for given in (values, np.zeros((3, 1), np.uint8)):  # few values must not shrink the palette
        with Image.open(io.BytesIO(encode_indexed(given, colors))) as image:
            assert image.mode == "P"
            assert np.array_equal(np.asarray(image), given)
            assert np.array_equal(np.asarray(image.convert("RGB")), np.array(colors)[given])
