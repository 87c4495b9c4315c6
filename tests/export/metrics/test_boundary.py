"""Lines beside lines: what two pixels of tolerance forgive."""

import numpy as np
import pytest

from export.metrics.boundary import Line, Matches, match


def column(x: int, height: int = 10, width: int = 20) -> Line:
    line = np.zeros((height, width), bool)
    line[:, x] = True
    return line


@pytest.mark.parametrize(("shift", "f1"), [(0, 1), (1, 1), (2, 1), (3, 0)])
def test_a_line_may_be_two_pixels_off(shift: int, f1: float) -> None:
    for found in (column(8 + shift), column(8 - shift)):
        assert match(found, column(8), 2).f1 == f1


def test_distances_are_euclidean() -> None:
    annotated, found = np.zeros((2, 9, 9), bool)
    annotated[4, 4] = True
    for offset, near in {(0, 2): 1, (1, 1): 1, (1, 2): 0, (2, 2): 0}.items():
        found[:] = False
        found[4 + offset[0], 4 + offset[1]] = True
        assert match(found, annotated, 2).right == near


def test_precision_and_recall_by_hand() -> None:
    # Of two found columns one is right; of the annotated column the lower half was met.
    found = column(3)
    found[:5] = False
    found |= column(15)
    matches = match(found, column(4), 0)
    assert matches == Matches(found=15, right=0, annotated=10, met=0)
    matches = match(found, column(4), 1)
    assert matches == Matches(found=15, right=5, annotated=10, met=5)
    assert matches.precision == pytest.approx(1 / 3)
    assert matches.recall == 1 / 2
    assert matches.f1 == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))


def test_without_tolerance_it_is_the_dice_coefficient() -> None:
    found, annotated = np.random.default_rng(0).random((2, 12, 13)) < 0.3
    common = (found & annotated).sum()
    dice = 2 * common / (found.sum() + annotated.sum())
    assert match(found, annotated, 0).f1 == pytest.approx(dice)


def test_nothing_is_near_nothing() -> None:
    nothing = np.zeros((5, 5), bool)
    matches = match(np.ones((5, 5), bool), nothing, 2)
    assert matches == Matches(found=25, right=0, annotated=0, met=0)
    assert (matches.precision, matches.recall, matches.f1) == (0, 0, 0)
    matches = match(nothing, column(2, 5, 5), 2)
    assert matches == Matches(found=0, right=0, annotated=5, met=0)
    assert (matches.precision, matches.recall, matches.f1) == (0, 0, 0)


def test_pictures_are_counted_together() -> None:
    total = Matches(10, 10, 10, 5) + Matches(30, 0, 10, 5)
    assert total == Matches(40, 10, 20, 10)
    assert (total.precision, total.recall) == (1 / 4, 1 / 2)
