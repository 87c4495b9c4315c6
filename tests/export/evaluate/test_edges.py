"""The protocol of edges on a picture whose pixels are counted by hand."""

import numpy as np
import pytest

from export.datasets.outlines import Outlined
from export.evaluate.edges import edges


def test_one_to_one_and_by_distance() -> None:
    # 400x300: a tolerance of 3.75 pixels.
    strength = np.zeros((300, 400), np.float32)
    strength[100, 50:150] = 0.9  # two pixels beside a drawn line
    strength[200, 50:150] = 0.9  # beside nothing
    drawn = np.zeros((2, 300, 400), bool)
    drawn[0, 102, 50:150] = True
    drawn[1, 102, 50:150:2] = True
    drawn[1, 20, 0:50] = True
    found = edges([strength], Outlined([np.zeros((300, 400, 3), np.uint8)], [drawn]))

    # 200 found of which 100 are right; of 100 + 100 drawn all and half are met.
    precision, recall = 100 / 200, 150 / 200
    expected = 2 * precision * recall / (precision + recall)
    assert found["ods_near"] == found["ois_near"] == pytest.approx(expected)
    assert found["ods"] == found["ois"] == pytest.approx(expected)
    assert found["pictures"] == 1


def test_soft_borders_are_thinned_first() -> None:
    rows = np.arange(60)[:, None]
    strength = np.repeat(0.9 * np.exp(-((rows - 30) ** 2) / 8), 80, 1).astype(np.float32)
    drawn = np.zeros((1, 60, 80), bool)
    drawn[0, 30] = True
    found = edges([strength], Outlined([np.zeros((60, 80, 3), np.uint8)], [drawn]))
    assert found["ods"] == 1
