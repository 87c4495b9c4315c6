"""Angles between normals, by hand."""

import numpy as np
import pytest

from export.metrics.normals import angles, summary


def test_angles_of_known_pixels_whatever_the_length() -> None:
    known = np.array([[[0, 0, -1], [1, 0, 0], [0, 0, 0], [0, -1, 0]]], np.float32)
    found = np.array([[[0, 0, -5], [1, 1, 0], [1, 0, 0], [0, 2, 0]]], np.float32)
    assert angles(found, known) == pytest.approx([0, 45, 180])


def test_shares_below_the_three_limits() -> None:
    found = summary(np.array([5.0, 12.0, 25.0, 58.0]))
    assert found == {
        "mean_angle": 25, "median_angle": 18.5,
        "below_11.25": 0.25, "below_22.5": 0.5, "below_30": 0.75,
    }  # fmt: skip


def test_a_vector_of_no_length_is_a_right_angle_off() -> None:
    none, up = np.zeros((1, 1, 3), np.float32), np.array([[[0, -1, 0]]], np.float32)
    assert angles(none, up) == pytest.approx([90])
