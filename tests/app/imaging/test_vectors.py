"""Fields of vectors: the wheel's colours, arrows, and the two files, each by hand."""

import struct

import numpy as np
import pytest

from app.imaging.picture import Picture
from app.imaging.vectors import WHEEL, arrows, flo, kitti, lengths, longest_of, wheel


def field(*rows: list[tuple[float, float]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(rows, np.float32)


def test_the_wheel_has_middleburys_colours() -> None:
    # computeColor.cpp has 15, 6, 4, 11, 13 and 6 colours from each of these to the next.
    assert len(WHEEL) == 55
    corners = {0: (1, 0, 0), 15: (1, 1, 0), 21: (0, 1, 0), 25: (0, 1, 1), 36: (0, 0, 1)}
    for place, color in {**corners, 49: (1, 0, 1)}.items():
        assert tuple(WHEEL[place]) == color
    assert tuple(WHEEL[30]) == pytest.approx((0, 6 / 11, 1))


def test_the_longest_vector_is_strongest() -> None:
    shown = wheel(field([(2, 0), (1, 0), (0, 0)])).pixels[0].tolist()
    assert shown == [[255, 0, 0], [255, 127, 127], [255, 255, 255]]


def test_where_nothing_moves_or_is_known() -> None:
    assert (wheel(np.zeros((2, 3, 2), np.float32)).pixels == 255).all()
    unknown = np.full((2, 3, 2), np.nan, np.float32)
    assert (wheel(unknown).pixels == 0).all()
    assert longest_of(unknown) == 0


def test_lengths() -> None:
    found = lengths(field([(3, 4), (0, -2), (np.nan, 1)]))[0]
    assert found[:2].tolist() == [5, 2]
    assert np.isnan(found[2])
    assert longest_of(field([(3, 4), (np.nan, 9)])) == 5


def test_kitti_by_hand() -> None:
    vectors = field([(0, 0), (1.5, -2), (511.98, -512), (512, 0), (np.nan, 0)])
    stored = kitti(vectors).pixels[0].tolist()
    assert stored == [
        [32768, 32768, 1],
        [32768 + 96, 32768 - 128, 1],
        [65535, 0, 1],
        [0, 0, 0],
        [0, 0, 0],
    ]


def test_flo_by_hand() -> None:
    content = flo(field([(1.5, -2), (np.nan, 0)]))
    assert struct.unpack("<fii4f", content)[:5] == (202021.25, 2, 1, 1.5, -2)
    assert struct.unpack("<f", content[20:24])[0] > 1e9


def test_arrows_are_few_in_a_large_picture_and_points_stand_still() -> None:
    still = np.zeros((40, 2000, 2), np.float32)
    black = Picture(np.zeros((40, 2000, 3), np.uint8), gray=True, icc=b"gray")
    drawn = arrows(black, still)
    assert (drawn.gray, drawn.icc) == (False, None)
    lit = drawn.pixels.any(-1)
    columns = np.flatnonzero(lit.any(0))
    starts = columns[np.r_[True, np.diff(columns) > 1]]
    assert len(starts) == 2000 // 32
    assert set(np.diff(starts)) == {32}
