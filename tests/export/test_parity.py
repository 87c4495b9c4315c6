"""How far apart two answers are said to be."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from export.parity import TOLERANCE, aligned, compare, difference, joined, sides_tried


def test_of_classes_one_in_a_thousand_may_differ() -> None:
    expected = np.arange(2000, dtype=np.uint8).reshape(1, 40, 50) % 11
    found = expected.copy()
    found[0, 0, :2] += 1
    assert difference(expected, found) == 0
    found[0, 1, 0] += 1
    assert difference(expected, found) == np.inf
    assert compare(expected, found).told == "differs from the network at 0.15% of the pixels"
    assert difference(expected, expected[:, :39]) == np.inf


def test_differences_are_relative_to_large_values_only() -> None:
    assert difference(np.float32([0.5]), np.float32([0.25])) == 0.25
    assert difference(np.float32([0.5, 8]), np.float32([0.5, 10])) == 0.25


def test_the_largest_difference_is_told_in_both_ways() -> None:
    small = compare(np.float32([0.5, 0.25]), np.float32([0.5, 0.375]))
    assert (small.error, small.absolute, small.relative) == (0.125, 0.125, 0.25)
    large = compare(np.float32([0, 8]), np.float32([0, 10]))
    assert (large.error, large.absolute, large.relative) == (0.25, 2, 0.25)
    nothing = compare(np.float32([0]), np.float32([TOLERANCE]))
    assert nothing.relative == nothing.absolute == pytest.approx(TOLERANCE)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([np.nan], "is not finite"),
        ([np.inf], "is not finite"),
        ([1, 1], r"is (2,) instead of (1,)"),
    ],
)
def test_what_can_not_be_compared_is_infinitely_far(found: list[float], told: str) -> None:
    apart = compare(np.float32([1]), np.float32(found))
    assert (apart.error, apart.told) == (np.inf, told)


def detection(*objects: tuple[float, float, int]) -> dict[str, NDArray[Any]]:
    """Objects of one picture, each its place, score and class."""
    places = np.array([place for place, _, _ in objects], np.float32)
    return {
        "boxes": places[None, :, None] + np.float32([0, 0, 10, 10]),
        "scores": np.array([[score for _, score, _ in objects]], np.float32),
        "classes": np.array([[kind for _, _, kind in objects]], np.int64),
    }


def apart(expected: dict[str, NDArray[Any]], found: dict[str, NDArray[Any]]) -> float:
    one, other = aligned(expected, found)
    return max(difference(one[name], other[name]) for name in expected)


def test_objects_that_score_the_same_may_change_places() -> None:
    expected = detection((5, 0.9, 0), (50, 0.5, 1), (90, 0.5, 0), (0, 0, 0))
    found = detection((5, 0.9, 0), (90, 0.5, 0), (50, 0.5, 1), (70, 0, 2))
    assert difference(expected["boxes"], found["boxes"]) > 0.1
    assert apart(expected, found) == 0


@pytest.mark.parametrize("wrong", [(51, 0.5, 1), (50, 0.4, 1), (50, 0.5, 0), (50, 0, 1)], ids=repr)
def test_other_objects_do_not_pass(wrong: tuple[float, float, int]) -> None:
    expected = detection((5, 0.9, 0), (50, 0.5, 1), (0, 0, 0))
    assert apart(expected, detection((5, 0.9, 0), wrong, (0, 0, 0))) > TOLERANCE


def test_an_object_too_many_does_not_pass() -> None:
    expected = detection((5, 0.9, 0), (0, 0, 0))
    assert apart(expected, detection((5, 0.9, 0), (50, 0.5, 1))) > TOLERANCE


def test_the_last_that_has_a_place_may_be_another() -> None:
    expected = detection((5, 0.9, 0), (50, 0.50001, 1))
    assert apart(expected, detection((5, 0.9, 0), (90, 0.5, 1))) < TOLERANCE
    assert apart(expected, detection((5, 0.9, 0), (90, 0.3, 1))) > TOLERANCE


def test_other_answers_stay_as_they_are() -> None:
    given = {"scores": np.eye(3, dtype=np.float32)}
    assert aligned(given, given) == (given, given)


def test_two_objects_in_a_hundred_may_be_missing() -> None:
    many = [(20.0 * index, 0.9 - index / 1000, 0) for index in range(120)]
    nothing = (0.0, 0.0, 0)
    expected = detection(*many, nothing)
    assert apart(expected, detection(*many[:60], *many[64:], *[nothing] * 5)) == 0
    gone = detection(*many[:60], *many[66:], *[nothing] * 7)
    assert apart(expected, gone) > TOLERANCE


def test_answers_to_several_batches_are_one_answer() -> None:
    one, other = detection((5, 0.9, 0)), detection((50, 0.5, 1))
    both = joined([one, other])
    assert both["boxes"].tolist() == [[[5, 5, 15, 15]], [[50, 50, 60, 60]]]
    assert both["classes"].tolist() == [[0], [1]]


def test_what_is_padded_inside_is_tried_with_sides_that_are_no_multiples() -> None:
    sides = [side for pair in sides_tried(None, 1, 32) for side in pair]
    assert all(side % 32 for side in sides)
    assert min(sides) > 16
    assert max(sides) > 224
