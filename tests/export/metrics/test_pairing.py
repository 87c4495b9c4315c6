"""One to one: a drawn pixel proves one found pixel right, on cases paired by hand."""

import numpy as np
import pytest

from export.metrics.pairing import one_to_one
from export.metrics.soft_boundary import near

HALF = np.array([0.5])


def line(*columns: int, value: float = 1.0) -> np.ndarray:
    strength = np.zeros((5, 12), np.float32)
    strength[2, list(columns)] = value
    return strength


def test_two_found_pixels_can_not_share_a_drawn_one() -> None:
    found, drawn = line(3, 4, 5), line(4)[None] > 0
    curve = one_to_one(found, drawn, 1.5, HALF)
    assert (curve.found[0], curve.right[0]) == (3, 1)
    assert (curve.annotated[0], curve.met[0]) == (1, 1)
    assert near(found, drawn, 1.5).right[49] == 3


def test_pairs_are_chosen_so_that_there_are_most() -> None:
    # 4 is near 3 and 6, 2 is near 3 only: 2 with 3 and 4 with 6, not 4 with 3.
    curve = one_to_one(line(2, 4), line(3, 6)[None] > 0, 2, HALF)
    assert (curve.right[0], curve.met[0]) == (2, 2)


def test_each_threshold_pairs_what_is_as_strong() -> None:
    strength = line(2, value=0.9) + line(6, value=0.4) + line(10, value=0.6)
    curve = one_to_one(strength, line(2, 6)[None] > 0, 1, np.array([0.3, 0.5, 0.9, 0.95]))
    assert curve.found.tolist() == [3, 2, 1, 0]
    assert curve.right.tolist() == [2, 1, 1, 0]
    assert curve.met.tolist() == [2, 1, 1, 0]


def test_annotators_are_paired_by_themselves() -> None:
    drawn = np.stack([line(3), line(4, 9), line(0)]) > 0
    curve = one_to_one(line(3, 4), drawn, 1, HALF)
    # The first is met by 3 or 4, one of the second by the other or the same, the third by none.
    assert curve.met[0] == 2
    assert 1 <= curve.right[0] <= 2
    assert curve.annotated[0] == 4


@pytest.mark.parametrize("found", [line(), line(3)])
@pytest.mark.parametrize("drawn", [line(), line(9)])
def test_where_nothing_is_near(found: np.ndarray, drawn: np.ndarray) -> None:
    curve = one_to_one(found, drawn[None] > 0, 2, HALF)
    assert (curve.right[0], curve.met[0]) == (0, 0)
    assert curve.found[0] == np.count_nonzero(found)
    assert curve.annotated[0] == np.count_nonzero(drawn)
