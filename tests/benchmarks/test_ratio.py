"""A ratio is taken in every round, and shows how far the rounds lie apart."""

import pytest

from benchmarks.ratio import Ratio


def test_round_by_round() -> None:
    # The machine was twice as slow in the second round: no ratio tells of it.
    ratio = Ratio.of([9, 5, 10], [10, 5, 8])
    assert ratio.rounds == pytest.approx((0.9, 1.0, 1.25))
    assert ratio.median == 1
    assert str(ratio) == "1.00 (0.90 to 1.25)"


def test_both_sides_are_needed_in_every_round() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Ratio.of([1, 2], [1])
