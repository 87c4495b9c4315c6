"""Regions: every pixel of a mask in one, and apart where no sides touch."""

import numpy as np
import pytest
from scipy import ndimage

from app.imaging.regions import regions


@pytest.mark.parametrize("seed", range(20))
def test_the_regions_are_those_of_scipy(seed: int) -> None:
    mask = np.random.default_rng(seed).random((23, 31)) < 0.3 + seed / 40
    labelled, count = ndimage.label(mask)
    found = [tuple(places) for places in regions(mask)]
    expected = [tuple(np.flatnonzero(labelled == label + 1)) for label in range(count)]
    assert found == sorted(expected)


def test_small_ones_are_left_out() -> None:
    mask = np.array([[1, 1, 0, 1], [0, 0, 0, 0], [1, 1, 1, 0]], bool)
    assert [places.tolist() for places in regions(mask, smallest=2)] == [[0, 1], [8, 9, 10]]


def test_nothing() -> None:
    assert not list(regions(np.zeros((3, 4), bool)))
