"""Encoding: what a format can hold comes back out of it."""

import io

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from app.imaging.decode import decode
from app.imaging.encode import (
    MEDIA_TYPES,
    Writing,
    can_hold,
    encode,
    encode_indexed,
    own_media_type,
)
from app.imaging.metadata import Metadata
from app.imaging.picture import Picture
from tests.app.imaging import golden
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


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (9, 7), (300, 257)])
def test_sixteen_bits_as_other_programs_read_them(channels: int, size: tuple[int, int]) -> None:
    samples = golden.deep(channels, *size)
    colors = samples[..., :-1] if channels in (2, 4) else samples
    picture = Picture(
        np.broadcast_to(colors, (size[1], size[0], 3)),
        alpha=samples[..., -1] if channels in (2, 4) else None,
        gray=channels < 3,
    )
    png = imagecodecs.png_decode(encode(picture, "image/png"))
    assert np.array_equal(png.reshape(samples.shape), samples)
    data = encode(picture, "image/tiff")
    assert np.array_equal(tifffile.imread(io.BytesIO(data)).reshape(samples.shape), samples)
    for media_type in MEDIA_TYPES.values():
        back = decode(encode(picture, media_type), max_pixels=10**6)
        assert (back.width, back.height) == size
        assert (back.pixels.dtype == np.uint16) == (media_type in LOSSLESS)


def test_tiff_is_tiled_and_deflated() -> None:
    with tifffile.TiffFile(io.BytesIO(encode(Picture(noise(600, 300)), "image/tiff"))) as file:
        page = file.pages.first
        assert (page.tilewidth, page.tilelength) == (256, 256)
        assert page.compression == tifffile.COMPRESSION.ADOBE_DEFLATE
        assert page.photometric == tifffile.PHOTOMETRIC.RGB
        assert not file.is_bigtiff


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/webp", "image/avif"])
def test_quality(media_type: str) -> None:
    pixels = np.clip(noise(64, 64) // 4 + np.arange(64)[:, np.newaxis, np.newaxis] * 2, 0, 255)
    picture = Picture(pixels.astype(np.uint8))

    def written(quality: int | None) -> tuple[int, float]:
        data = encode(picture, media_type, Writing(quality=quality))
        back = decode(data, max_pixels=10**4).pixels
        return len(data), float(np.abs(back.astype(int) - picture.pixels).mean())

    low, high, usual = written(10), written(100), written(None)
    assert low[0] < usual[0] < high[0]
    assert low[1] > usual[1] > high[1]


def test_webp_without_loss_keeps_what_nobody_sees() -> None:
    rgba = noise(9, 7, 4)
    rgba[0, :, 3] = 0
    picture = Picture(rgba[..., :3], alpha=rgba[..., 3])
    back = decode(encode(picture, "image/webp", Writing(lossless=True)), max_pixels=100)
    assert np.array_equal(back.pixels, picture.pixels)
    assert back.alpha is not None
    assert np.array_equal(back.alpha, rgba[..., 3])


@pytest.mark.parametrize("media_type", MEDIA_TYPES.values())
def test_alpha_is_kept_where_there_is_a_place_for_it(media_type: str) -> None:
    alpha = np.repeat(np.array([[0, 255]], np.uint8), 8, axis=1).repeat(16, axis=0)
    back = decode(encode(Picture(noise(16, 16), alpha=alpha), media_type), max_pixels=10**3)
    if media_type == "image/jpeg":
        assert back.alpha is None
    else:
        assert back.alpha is not None
        assert np.abs(back.alpha.astype(int) - alpha).max() <= 2


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
    assert can_hold("image/avif", 32768, 8192)
    assert not can_hold("image/avif", 32769, 1)
    assert not can_hold("image/avif", 16385, 16384)


def test_indexed_values_stay_what_they_are() -> None:
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    colors = [(i, 255 - i, 7) for i in range(256)]
    for given in (values, np.zeros((3, 1), np.uint8)):  # few values must not shrink the palette
        with Image.open(io.BytesIO(encode_indexed(given, colors))) as image:
            assert image.mode == "P"
            assert np.array_equal(np.asarray(image), given)
            assert np.array_equal(np.asarray(image.convert("RGB")), np.array(colors)[given])
            assert "dpi" not in image.info


def test_indexed_values_with_a_resolution() -> None:
    values, colors = np.zeros((3, 2), np.uint8), [(0, 0, 0)] * 256
    data = encode_indexed(values, colors, metadata=Metadata(dpi=(300.0, 150.0)))
    with Image.open(io.BytesIO(data)) as image:
        assert image.info["dpi"] == pytest.approx((300, 150), abs=0.02)
