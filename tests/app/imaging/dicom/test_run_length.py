"""RLE frames that say too little, too much or nonsense."""

import struct

import numpy as np
import pytest

from app.errors import BrokenPicture
from app.imaging.dicom.layout import Layout
from app.imaging.dicom.run_length import unpack


def layout(rows: int, columns: int, samples: int = 1, allocated: int = 8) -> Layout:
    return Layout(
        rows=rows, columns=columns, samples=samples, allocated=allocated, stored=allocated,
        signed=False, photometric="MONOCHROME2", planar=False, frames=1, keyword="PixelData",
    )  # fmt: skip


def frame(*segments: bytes) -> bytes:
    """PS3.5, G.5."""
    offsets = np.cumsum([64, *(len(segment) for segment in segments[:-1])]).tolist()
    offsets += [0] * (15 - len(offsets))
    return struct.pack("<16I", len(segments), *offsets) + b"".join(segments)


def test_literals_and_repeats() -> None:
    """PS3.5, G.3.1: 2 means three bytes as they are, -3 the next byte four times, -128 nothing."""
    data = frame(bytes([2, 10, 20, 30, 0x80, 256 - 3, 7]))
    assert unpack(data, layout(1, 7)).ravel().tolist() == [10, 20, 30, 7, 7, 7, 7]


def test_the_highest_byte_comes_first() -> None:
    data = frame(bytes([1, 1, 2]), bytes([1, 3, 4]))
    assert unpack(data, layout(2, 1, allocated=16)).ravel().tolist() == [0x0103, 0x0204]


def test_colours_are_planes() -> None:
    data = frame(*(bytes([1, value, value + 1]) for value in (10, 20, 30)))
    found = unpack(data, layout(1, 2, samples=3))
    assert found.tolist() == [[[10, 20, 30], [11, 21, 31]]]


def test_too_few_pixels() -> None:
    with pytest.raises(BrokenPicture, match="fewer pixels"):
        unpack(frame(bytes([2, 10, 20, 30])), layout(1, 4))
    with pytest.raises(BrokenPicture, match="fewer pixels"):
        unpack(struct.pack("<16I", 1, 2**31, *([0] * 14)), layout(1, 4))


def test_more_pixels_than_asked_for_are_not_unpacked() -> None:
    data = frame(bytes([256 - 127, 5] * 1_000_000))
    assert unpack(data, layout(1, 3)).ravel().tolist() == [5, 5, 5]


@pytest.mark.parametrize("count", [0, 2, 16, 2**32 - 1])
def test_segments_that_do_not_suit(count: int) -> None:
    with pytest.raises(BrokenPicture, match="segments"):
        unpack(struct.pack("<16I", count, *([64] * 15)) + b"\x02abc", layout(1, 3))


def test_hardly_a_frame() -> None:
    with pytest.raises(BrokenPicture, match="segments"):
        unpack(b"", layout(1, 3))
