"""Decoding: upright, complete or precisely refused."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from app.errors import BrokenPicture, PictureTooLarge, UnknownFormat
from app.imaging.decode import decode
from tests.conftest import file, noise, png

LIMIT = 10_000


def test_rgb_is_kept_to_the_bit() -> None:
    pixels = noise(7, 5)
    picture = decode(file(Image.fromarray(pixels)), max_pixels=LIMIT)
    assert np.array_equal(picture.pixels, pixels)
    assert (picture.width, picture.height, picture.format) == (7, 5, "PNG")
    assert picture.alpha is None
    assert not picture.gray


# The matrix that each EXIF orientation stands for (Exif 2.32, tag 0x0112), written with numpy.
TURNS = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 3),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a, 1),
}


@pytest.mark.parametrize("orientation", TURNS)
def test_orientations(orientation: int) -> None:
    pixels = noise(6, 4)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file(Image.fromarray(pixels), exif=exif)
    assert np.array_equal(decode(data, max_pixels=LIMIT).pixels, TURNS[orientation](pixels))


def test_alpha_palette_and_gray() -> None:
    rgba = noise(5, 4, 4)
    picture = decode(file(Image.fromarray(rgba)), max_pixels=LIMIT)
    assert picture.alpha is not None
    assert np.array_equal(picture.alpha, rgba[..., 3])
    assert np.array_equal(picture.pixels, rgba[..., :3])

    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.putpixel((1, 0), 1)
    picture = decode(file(palette, transparency=1), max_pixels=LIMIT)
    assert picture.pixels.tolist() == [[[255, 0, 0], [0, 0, 255]]]
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[255, 0]]

    gray = noise(3, 3, 1)[..., 0]
    picture = decode(file(Image.fromarray(gray)), max_pixels=LIMIT)
    assert picture.gray
    assert np.array_equal(picture.pixels, np.stack([gray] * 3, axis=-1))


def test_sixteen_bits_stay() -> None:
    deep = np.arange(12, dtype=np.uint16).reshape(3, 4) * 5000
    picture = decode(file(Image.fromarray(deep)), max_pixels=LIMIT)
    assert picture.pixels.dtype == np.uint16
    assert picture.peak == 65535
    assert np.array_equal(picture.pixels[..., 1], deep)
    assert np.array_equal(picture.rgb8[..., 0], deep >> 8)


def test_profiles_are_kept_where_they_fit() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert decode(file(Image.new("RGB", (2, 2)), icc_profile=srgb), max_pixels=LIMIT).icc == srgb
    assert decode(file(Image.new("L", (2, 2)), icc_profile=srgb), max_pixels=LIMIT).icc is None


def test_cmyk() -> None:
    data = file(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG")
    red, green, blue = decode(data, max_pixels=LIMIT).pixels[4, 4]
    assert (red > 240, green < 15, blue < 15) == (True, True, True)


def test_too_many_pixels_are_refused_by_the_header() -> None:
    with pytest.raises(PictureTooLarge, match="200x100 is 20000 pixels, 19999 are") as caught:
        decode(png(size=(200, 100)), max_pixels=19_999)
    assert caught.value.facts == {"limit": 19_999, "pixels": 20_000}


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
def test_a_truncated_file_is_broken(format: str) -> None:
    data = file(Image.fromarray(noise(60, 60)), format)
    with pytest.raises(BrokenPicture):
        decode(data[: len(data) // 2], max_pixels=LIMIT)


@pytest.mark.parametrize(
    "data", [b"no picture", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"<svg/>", b"\0" * 9]
)
def test_what_is_no_picture(data: bytes) -> None:
    with pytest.raises(UnknownFormat, match="JPEG"):
        decode(data, max_pixels=LIMIT)


def test_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    assert decode(buffer.getvalue(), max_pixels=LIMIT).pixels[0, 0].tolist() == [255, 0, 0]
