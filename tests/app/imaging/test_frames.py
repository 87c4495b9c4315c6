"""Frames of animations: the one that is asked for, or how many there are."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from app.errors import FrameNotFound, PictureError, PictureTooLarge
from app.imaging.decode import decode
from tests.app.imaging import golden
from tests.conftest import file, noise

COLORS = {"red": [255, 0, 0], "lime": [0, 255, 0], "blue": [0, 0, 255]}
ANIMATIONS = {
    "GIF": golden.animation("GIF", *COLORS),
    "PNG": golden.animation("PNG", *COLORS),
    "WEBP": golden.animation("WEBP", *COLORS, lossless=True),
    "TIFF": golden.animation("TIFF", *COLORS),
}


@pytest.mark.parametrize("format", ANIMATIONS)
def test_each_frame(format: str) -> None:
    for frame, color in enumerate(COLORS.values()):
        picture = decode(ANIMATIONS[format], max_pixels=10**6, frame=frame)
        assert (picture.pixels == color).all()
        assert (picture.width, picture.height, picture.format) == (6, 4, format)


@pytest.mark.parametrize("format", ANIMATIONS)
@pytest.mark.parametrize("frame", [3, 10**12])
def test_a_frame_beyond_the_end(format: str, frame: int) -> None:
    with pytest.raises(
        FrameNotFound, match=f"no frame {frame}: the picture has 3 frames"
    ) as caught:
        decode(ANIMATIONS[format], max_pixels=10**6, frame=frame)
    assert caught.value.facts == {"frame": frame, "frames": 3}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "PPM"])
def test_a_picture_is_one_frame(format: str) -> None:
    data = file(Image.fromarray(noise(9, 8)), format)
    decode(data, max_pixels=10**6, frame=0)
    with pytest.raises(FrameNotFound, match="1 frame, counted from 0"):
        decode(data, max_pixels=10**6, frame=1)


def test_frames_are_laid_over_those_before_them() -> None:
    first, second = Image.new("RGBA", (8, 8), "red"), Image.new("RGBA", (8, 8), "red")
    second.paste((0, 0, 255, 255), (2, 3, 5, 6))
    data = file(first, "PNG", save_all=True, append_images=[second])
    assert np.array_equal(
        decode(data, max_pixels=10**6, frame=1).pixels, np.asarray(second.convert("RGB"))
    )


def test_an_animation_that_announces_more_frames_than_it_has() -> None:
    data = bytearray(ANIMATIONS["PNG"])
    place = data.index(b"acTL")
    data[place + 4 : place + 8] = (9).to_bytes(4)
    data[place + 12 : place + 16] = zlib.crc32(data[place : place + 12]).to_bytes(4)
    with pytest.raises(PictureError):
        decode(bytes(data), max_pixels=10**6, frame=3)


def test_work_before_a_frame_is_bounded() -> None:
    many = file(
        Image.new("L", (200, 200)),
        "GIF",
        save_all=True,
        append_images=[Image.new("L", (200, 200), level) for level in range(1, 9)],
    )
    assert decode(many, max_pixels=120_000, frame=2).pixels.max() == 2
    with pytest.raises(PictureTooLarge, match="160000 pixels have to be decoded for frame 3"):
        decode(many, max_pixels=120_000, frame=3)


def test_only_what_is_decoded_asks_for_room() -> None:
    admitted: list[int] = []
    pages = [golden.deep(1, 5 + page, 4)[..., 0] for page in range(3)]
    decode(golden.tiff(*pages), max_pixels=10**6, frame=2, admit=admitted.append)
    decode(ANIMATIONS["GIF"], max_pixels=10**6, frame=2, admit=admitted.append)
    assert admitted == [7 * 4, 6 * 4]


def test_the_first_page_may_be_larger_than_is_allowed() -> None:
    buffer = io.BytesIO()
    small = Image.new("L", (5, 5), 9)
    Image.new("L", (50, 50)).save(buffer, "TIFF", save_all=True, append_images=[small])
    assert decode(buffer.getvalue(), max_pixels=100, frame=1).pixels.max() == 9
    with pytest.raises(PictureTooLarge):
        decode(buffer.getvalue(), max_pixels=100)
