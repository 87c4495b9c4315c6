"""Soft borders against drawn ones by distance, on cases counted by hand."""

import numpy as np
import pytest

from export.metrics.soft_boundary import (
    THRESHOLDS,
    Curve,
    average_precision,
    near,
    summary,
    tolerance,
)


def at(threshold: float) -> int:
    return int(np.abs(THRESHOLDS - threshold).argmin())


def picture(*places: tuple[int, int, float]) -> np.ndarray:
    """A map of 9x20 that is 0 but for some (row, column, strength)."""
    strength = np.zeros((9, 20), np.float32)
    for row, column, value in places:
        strength[row, column] = value
    return strength


def test_counts_at_every_threshold() -> None:
    strength = picture((4, 3, 0.9), (4, 8, 0.5), (4, 15, 0.2))
    drawn = picture((4, 4, 1), (4, 11, 1), (0, 0, 1)) > 0
    curve = near(strength, drawn[None], 2)

    # (4, 3) is one pixel from a drawn one; (4, 8) is three from the next, (4, 15) four.
    for threshold, found, right in ((0.1, 3, 1), (0.3, 2, 1), (0.6, 1, 1), (0.95, 0, 0)):
        index = at(threshold)
        assert (curve.found[index], curve.right[index]) == (found, right)
        assert (curve.annotated[index], curve.met[index]) == (3, right)
    index = at(0.3)
    assert curve.precision[index] == 1 / 2
    assert curve.recall[index] == 1 / 3
    assert curve.f1[index] == pytest.approx(2 / 5)


def test_a_strength_counts_at_the_threshold_it_equals() -> None:
    curve = near(picture((4, 3, 0.29)), picture((4, 3, 1))[None] > 0, 1)
    assert (curve.found[at(0.29)], curve.found[at(0.30)]) == (1, 0)


def test_the_tolerance_is_euclidean() -> None:
    drawn = picture((4, 5, 1))[None] > 0
    for place, right in (((6, 6), True), ((6, 7), False), ((4, 7), True), ((7, 5), False)):
        curve = near(picture((*place, 0.8)), drawn, 2.3)
        assert (curve.right[at(0.5)], curve.met[at(0.5)]) == (right, right)


def test_found_is_right_if_any_annotator_agrees_and_each_must_be_met() -> None:
    strength = picture((4, 3, 0.9), (4, 10, 0.9))
    one, two = picture((4, 3, 1), (8, 19, 1)) > 0, picture((4, 3, 1), (4, 10, 1)) > 0
    curve = near(strength, np.stack([one, two]), 1)
    index = at(0.5)
    assert (curve.found[index], curve.right[index]) == (2, 2)
    assert (curve.annotated[index], curve.met[index]) == (4, 3)


def test_nothing_found_and_nothing_drawn() -> None:
    none = np.zeros((1, 9, 20), bool)
    curve = near(picture(), none, 2)
    assert not curve.f1.any()
    curve = near(picture((1, 1, 0.9)), none, 2)
    assert (curve.found[at(0.5)], curve.right[at(0.5)], curve.met[at(0.5)]) == (1, 0, 0)


def counts(found: list[int], right: list[int], annotated: int, met: list[int]) -> Curve:
    return Curve(np.array(found), np.array(right), np.full(len(found), annotated), np.array(met))


def test_one_threshold_for_the_set_or_one_for_each_picture() -> None:
    thresholds = np.array([0.2, 0.8])
    one = counts([10, 2], [5, 2], 10, [5, 2])  # F 0.5 and 2 * 1 * .2 / 1.2 = 1/3
    two = counts([10, 8], [2, 8], 10, [2, 8])  # F 0.2 and 2 * 1 * .8 / 1.8 = 8/9
    found = summary([one, two], thresholds)

    # Together: 20 found, 7 right, of 20 drawn 7 met: 0.35; 10, 10, 20, 10: 2 * 1 * .5 / 1.5.
    assert found["ods"] == pytest.approx(2 / 3)
    assert found["threshold"] == 0.8
    # The first at 0.2, the second at 0.8: 18 found, 13 right, of 20 drawn 13 met.
    precision, recall = 13 / 18, 13 / 20
    assert found["ois"] == pytest.approx(2 * precision * recall / (precision + recall))


def test_area_under_the_curve() -> None:
    # Recall 0.5 at precision 1 and 1 at precision 0.5: between them a line; nothing below 0.5.
    curve = counts([20, 5], [10, 5], 10, [10, 5])
    expected = sum(1 - (step - 50) / 100 for step in range(50, 101)) / 100
    assert average_precision(curve) == pytest.approx(expected)
    assert average_precision(counts([4], [0], 10, [0])) == 0


def test_tolerance_follows_the_diagonal() -> None:
    assert tolerance((300, 400, 3)) == 3.75
