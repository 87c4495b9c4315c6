"""Thinning keeps the ridge of a soft border, whichever way it runs, and nothing else."""

import numpy as np
import pytest

from app.imaging.thinning import thin

HEIGHT, WIDTH = 40, 48
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH].astype(np.float64)


def ridge(degrees: float, offset: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """A soft line through the middle at an angle to the x axis, and each pixel's distance to it."""
    angle = np.radians(degrees)
    across = (ROWS - HEIGHT / 2) * np.cos(angle) - (COLUMNS - WIDTH / 2) * np.sin(angle) - offset
    return (0.8 * np.exp(-(across**2) / 8)).astype(np.float32), np.abs(across)


@pytest.mark.parametrize("degrees", [0, 20, 45, 70, 90, 110, 135, 160])
def test_what_is_left_of_a_soft_line_is_its_middle(degrees: float) -> None:
    soft, distance = ridge(degrees, offset=0.2)
    inside = np.s_[5:-5, 5:-5]  # beside the edge of the picture the direction is a guess
    left, distance = thin(soft)[inside] > 0.1, distance[inside]

    assert distance[left].max() < 1
    # Every place of the line is left, at most twice a row or column.
    steepest = max(abs(np.cos(np.radians(degrees))), abs(np.sin(np.radians(degrees))))
    crossed = (distance < 0.5).sum()
    assert left.sum() >= 0.9 * crossed * steepest
    assert left.sum() <= 2 * crossed  # a diagonal may be a staircase


def test_values_that_stay_are_as_they_were() -> None:
    soft, _ = ridge(30)
    thinned = thin(soft)
    assert thinned.dtype == np.float32
    assert np.array_equal(thinned[thinned > 0], soft[thinned > 0])
    assert np.count_nonzero(thinned) < 0.25 * soft.size


def test_of_two_lines_both_stay() -> None:
    soft = np.zeros((20, 30), np.float32)
    soft[4:7] = [[0.5], [0.9], [0.5]]
    soft[13:16] = [[0.1], [0.3], [0.1]]
    thinned = thin(soft)
    assert np.array_equal(np.flatnonzero(thinned[:, 15]), [5, 14])


def test_a_line_along_the_edge_of_the_picture_stays() -> None:
    soft = np.zeros((16, 16), np.float32)
    soft[0] = 0.7
    assert (thin(soft)[0] > 0).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (5, 1), (2, 3)])
def test_pictures_smaller_than_the_filter(shape: tuple[int, int]) -> None:
    flat = np.full(shape, 0.5, np.float32)
    assert np.array_equal(thin(flat), flat)  # nothing is stronger than anything
