"""Average precision by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from export.metrics.detection import Found, Truth, average_precision

A, B, C = [0, 0, 10, 10], [20, 20, 30, 40], [5, 5, 50, 25]
ELSEWHERE = [100, 100, 120, 120]


def known(boxes: Sequence[Sequence[float]], classes: Sequence[int]) -> Truth:
    return np.array(boxes, np.float32).reshape(-1, 4), np.array(classes, np.int64)


def found(
    boxes: Sequence[Sequence[float]], scores: Sequence[float], classes: Sequence[int]
) -> Found:
    corners, kinds = known(boxes, classes)
    return corners, np.array(scores, np.float32), kinds


def test_by_hand() -> None:
    truth = [known([A, B], [0, 0]), known([C], [0])]
    answers = [found([A, ELSEWHERE], [0.9, 0.8], [0, 0]), found([C], [0.7], [0])]
    # Precision is 1 up to a recall of 1/3 (34 of 101 points), 2/3 up to 2/3 (33), then 0.
    expected = (34 + 33 * 2 / 3) / 101
    assert average_precision(truth, answers, ("cell",)) == {
        "ap": pytest.approx(expected),
        "ap50": pytest.approx(expected),
        "ap50_cell": pytest.approx(expected),
    }


def test_the_overlap_counts() -> None:
    truth = [known([[0, 0, 100, 100]], [0])]
    answers = [found([[0, 0, 62, 100]], [0.5], [0])]  # right at 0.50, 0.55 and 0.60 of ten
    measured = average_precision(truth, answers, ("car",))
    assert measured["ap50"] == pytest.approx(1)
    assert measured["ap"] == pytest.approx(0.3)


def test_a_mean_over_classes_that_occur() -> None:
    truth = [known([A, B], [0, 2])]
    answers = [found([A, B], [0.9, 0.8], [0, 0])]  # the second is of another class
    measured = average_precision(truth, answers, ("a", "b", "c"))
    assert measured == {
        "ap": pytest.approx(0.5), "ap50": pytest.approx(0.5), "ap50_a": pytest.approx(1),
        "ap50_c": pytest.approx(0),
    }  # fmt: skip


def test_nothing_found() -> None:
    assert average_precision([known([A], [0])], [found([], [], [])], ("a",))["ap50"] == 0


def test_an_object_is_found_once() -> None:
    answers = [found([A, A], [0.9, 0.8], [0, 0]), found([C], [0.7], [0])]
    measured = average_precision([known([A], [0]), known([C], [0])], answers, ("a",))
    assert measured["ap50"] == pytest.approx((51 + 50 * 2 / 3) / 101)
