"""How far apart two answers are said to be."""

import numpy as np
import pytest

from export.parity import TOLERANCE, compare, difference


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
