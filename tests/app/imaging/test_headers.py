"""Files of few pixels and many pieces are refused before Pillow goes through the pieces."""

import struct

import pytest
from PIL import Image

from app.errors import BrokenPicture, PictureTooLarge
from app.imaging.decode import decode
from app.imaging.effort import LARGEST_RLE
from tests.app.imaging import odd
from tests.conftest import file

BLACK = Image.new("RGB", (16, 16))
JPEG, GIF = file(BLACK, "JPEG"), file(BLACK.quantize(2), "GIF")
MANY = 2**18


def in_jpeg(segments: bytes) -> bytes:
    return JPEG[:2] + segments + JPEG[2:]


def in_gif(blocks: bytes) -> bytes:
    return GIF[:-1] + blocks + GIF[-1:]


@pytest.mark.parametrize(
    "data",
    [
        odd.png_with(b"abCd", b"", times=MANY),
        odd.png_with(b"IDAT", b"", times=MANY),
        in_jpeg(b"\xff\xe5\0\x02" * MANY * 2),
        in_jpeg(b"\xff\xfe\0\x02" * MANY * 2),
        in_jpeg(b"\xff" * MANY * 8),
        in_jpeg(b"\0" * MANY * 8),
        in_gif(b"!\xfe" + b"\x01a" * MANY * 2 + b"\0"),
        in_gif(b"\0" * MANY * 8),
    ],
)
def test_too_many_pieces(data: bytes) -> None:
    with pytest.raises(BrokenPicture, match="has more than"):
        decode(data, max_pixels=1000)


@pytest.mark.parametrize(
    "data",
    [
        odd.png_with(b"abCd", bytes(4096), times=500),
        in_jpeg((b"\xff\xe5\xff\xff" + bytes(65533)) * 30),
        in_gif(b"!\xfe" + (b"\xff" + b"a" * 255) * 9000 + b"\0"),
        # Behind the end lies what nobody reads.
        GIF + bytes(2**21),
        JPEG + bytes(2**21),
    ],
)
def test_large_pieces(data: bytes) -> None:
    assert len(data) > 2**20
    assert decode(data, max_pixels=1000).width == 16


def gif_of_frame(width: int, height: int, *, first: bool) -> bytes:
    """A GIF whose first or second frame reaches beyond its canvas and is disposed of."""
    control, image = b"!\xf9\4\x09\0\0\0\0", b",\0\0\0\0"
    frame = control + image + struct.pack("<HH", width, height) + b"\0\2\2\x44\1\0"
    start = GIF.index(b",", 13)
    return GIF[:start] + frame + GIF[start:] if first else GIF[:-1] + frame + GIF[-1:]


@pytest.mark.parametrize("first", [True, False])
def test_frames_beyond_the_canvas(first: bool) -> None:
    for frame in (0, 1):
        with pytest.raises(PictureTooLarge, match="60000x60000 is"):
            decode(gif_of_frame(60_000, 60_000, first=first), max_pixels=1000, frame=frame)
    assert decode(gif_of_frame(20, 20, first=False), max_pixels=1000).width == 16


def test_run_lengths_of_bmp_are_unpacked_slowly() -> None:
    width = 256
    rows = 1 + LARGEST_RLE // (2 * width)
    body = (b"\1\5" * width + b"\0\0") * rows + b"\0\1"
    header = b"".join(
        value.to_bytes(size, "little")
        for value, size in [
            (40, 4), (width, 4), (rows, 4), (1, 2), (8, 2), (1, 4), (len(body), 4), (0, 4), (0, 4),
            (256, 4), (0, 4),
        ]
    )  # fmt: skip
    start = 14 + len(header) + 1024
    data = b"BM" + (start + len(body)).to_bytes(4, "little") + bytes(4)
    data += start.to_bytes(4, "little") + header + bytes(1024) + body
    with pytest.raises(PictureTooLarge, match="run lengths of"):
        decode(data, max_pixels=10**8)
