"""The protocol of semantic boundaries: each class by itself, then the mean."""

import numpy as np
import pytest

from export.datasets.masks import Masked
from export.evaluate.semantic_boundaries import contour_f1, semantic_boundaries

HEIGHT, WIDTH = 10, 24


def halves(border: int) -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[:, border:] = 1
    return mask


MASKED = Masked([np.zeros((HEIGHT, WIDTH, 3), np.uint8)], [halves(12)], classes=("a", "b"))


def test_mean_over_classes_at_one_half_and_at_better_thresholds() -> None:
    soft = np.zeros((2, HEIGHT, WIDTH), np.float32)
    soft[0, :, 11] = 0.8
    soft[0, :, 2] = 0.6  # wrong
    soft[1, :, 13] = 0.4
    found = semantic_boundaries([soft], MASKED)

    # Drawn are columns 11 and 12. At a half: half of what is found of `a` is right, all is met.
    assert found["f1_2px/a"] == pytest.approx(2 / 3)
    assert found["f1_2px/b"] == 0
    assert found["f1_2px"] == pytest.approx(1 / 3)
    # At 0.4 and below `b` is perfect, too; above 0.6 `a` is.
    assert found["best"] == pytest.approx((2 / 3 + 1) / 2)
    assert found["threshold"] <= 0.4
    assert found["mf"] == 1
    assert found["pictures"] == 1


@pytest.mark.parametrize(("border", "f1"), [(12, 1.0), (14, 1.0), (15, 0.5), (20, 0.0)])
def test_contours_of_a_mask_within_two_pixels(border: int, f1: float) -> None:
    # Of a border three columns off one side is two pixels from one side of the drawn one.
    assert contour_f1([halves(border)], MASKED) == pytest.approx(f1)
