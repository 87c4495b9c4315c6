"""End-point error and KITTI's outliers on a case that was computed by hand."""

import numpy as np
import pytest

from export.metrics.flow import endpoint_errors, outlier_share

TRUTH = np.array([[(0, 0), (100, 0)], [(0, 50), (3, 4)]], np.float32)
FOUND = np.array([[(3, 4), (96, 3)], [(0, 47), (3, 4)]], np.float32)
"""Off by 5 of 0, by 5 of 100, by 3 of 50 and by nothing."""

ALL = np.ones((2, 2), np.bool_)


def test_endpoint_errors_by_hand() -> None:
    assert endpoint_errors(FOUND, TRUTH, ALL).tolist() == [5, 5, 3, 0]


def test_outliers_are_far_off_and_by_more_than_a_twentieth() -> None:
    # 5 of 0 is one; 5 of 100 is a twentieth and no more; 3 is not more than 3.
    assert outlier_share(FOUND, TRUTH, ALL) == 0.25
    farther = FOUND + np.float32(0.01) * np.sign(FOUND - TRUTH)
    assert outlier_share(farther, TRUTH, ALL) == pytest.approx(0.75)


def test_what_is_not_known_does_not_count() -> None:
    valid = np.array([[False, True], [True, True]])
    assert endpoint_errors(FOUND, TRUTH, valid).tolist() == [5, 3, 0]
    assert outlier_share(FOUND, TRUTH, valid) == 0
