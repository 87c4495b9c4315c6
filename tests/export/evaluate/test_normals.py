"""The protocol of normals: all pixels of a set alike."""

import numpy as np
import pytest

from export.datasets.rooms import Surfaces
from export.evaluate.normals import normals


def test_pixels_are_counted_not_pictures() -> None:
    forward, up = np.array([0, 0, -1], np.float32), np.array([0, -1, 0], np.float32)
    known = [np.tile(forward, (1, 3, 1)), np.tile(forward, (1, 1, 1))]
    found = [known[0], np.tile(up, (1, 1, 1))]
    pictures = [np.zeros((1, 3, 3), np.uint8), np.zeros((1, 1, 3), np.uint8)]
    measured = normals(found, Surfaces(pictures, known))
    assert measured["mean_angle"] == pytest.approx(90 / 4)
    assert measured["median_angle"] == 0
    assert measured["below_30"] == 0.75
    assert measured["pictures"] == 2
