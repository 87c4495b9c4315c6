"""Cracks of a model that calls green a crack."""

from pathlib import Path

import numpy as np
import pytest

from app.runtime.model import Model
from export.datasets.masks import CRACKS, Masked
from export.evaluate.cracks import cracks
from tests import tiny


def pavement(found: int, annotated: int) -> Masked:
    """A crack down one column, annotated in another."""
    pixels = np.full((10, 20, 3), (200, 100, 100), np.uint8)
    pixels[:, found] = (20, 90, 20)
    mask = np.zeros((10, 20), np.uint8)
    mask[:, annotated] = 1
    return Masked([pixels], [mask], CRACKS)


@pytest.mark.parametrize(("shift", "f1", "iou"), [(0, 1, 1), (1, 1, 0), (2, 1, 0), (3, 0, 0)])
def test_two_pixels_are_forgiven(tmp_path: Path, shift: int, f1: float, iou: float) -> None:
    model = Model.load(tiny.strongest(tmp_path, labels=CRACKS))
    measured = cracks(model, pavement(9 + shift, 9))
    assert measured == {
        "f1_2px": f1, "precision_2px": f1, "recall_2px": f1, "iou": iou, "pictures": 1,
    }  # fmt: skip


def test_pixels_of_all_pictures_are_counted_alike(tmp_path: Path) -> None:
    model = Model.load(tiny.strongest(tmp_path, labels=CRACKS))
    both = pavement(9, 9)
    other = pavement(3, 15)
    other.masks[0][:, 16] = 1
    both.pictures.extend(other.pictures)
    both.masks.extend(other.masks)
    measured = cracks(model, both)
    assert measured["precision_2px"] == 1 / 2
    assert measured["recall_2px"] == pytest.approx(1 / 3)
    assert measured["f1_2px"] == pytest.approx(0.4)
    assert measured["iou"] == pytest.approx(1 / 4)
