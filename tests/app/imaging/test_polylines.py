"""Polylines: they go through every pixel of thin lines and nowhere else, each way once."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from app.imaging.polylines import polylines, simplified


def drawing(*rows: str) -> np.ndarray:
    """Lines of `#`."""
    return np.array([[character == "#" for character in row] for row in rows])


def test_a_line() -> None:
    assert [line.tolist() for line in polylines(drawing("....", ".##.", "...#"))] == [
        [[1, 1], [2, 1], [3, 2]]
    ]


def test_a_pixel_alone() -> None:
    assert [line.tolist() for line in polylines(drawing("..", ".#"))] == [[[1, 1]]]


def test_a_closed_line_ends_where_it_began() -> None:
    (line,) = polylines(drawing("####", "#..#", "####"))
    assert line[0].tolist() == line[-1].tolist()
    assert len(line) == 11
    assert simplified(line).tolist() == [[0, 0], [3, 0], [3, 2], [0, 2], [0, 0]]


def test_lines_end_at_a_crossing() -> None:
    lines = [line.tolist() for line in polylines(drawing(".#.", "###", ".#."))]
    assert len(lines) == 4
    assert all([1, 1] in (line[0], line[-1]) for line in lines)


@pytest.mark.parametrize("seed", range(10))
def test_every_pixel_is_passed_and_each_way_gone_once(seed: int) -> None:
    mask = np.random.default_rng(seed).random((17, 23)) < 0.15 + seed / 20
    passed = np.zeros_like(mask)
    ways: Counter[frozenset[tuple[int, int]]] = Counter()
    for line in polylines(mask):
        passed[line[:, 1], line[:, 0]] = True
        for one, other in pairwise(map(tuple, line.tolist())):
            assert max(abs(one[0] - other[0]), abs(one[1] - other[1])) == 1
            ways[frozenset((one, other))] += 1
    assert np.array_equal(passed, mask)
    assert set(ways.values()) <= {1}


def test_what_is_left_out_lies_near() -> None:
    x = np.arange(200)
    line = np.stack([x, np.rint(20 * np.sin(x / 20)).astype(int)], axis=1)
    kept = simplified(line, 1.0)
    assert len(kept) < 40
    between = np.interp(x, kept[:, 0], kept[:, 1])
    assert np.abs(between - line[:, 1]).max() <= 1.5  # vertically, of a line up to 45 degrees steep
