"""Mean IoU of a model that knows the strongest colour of each pixel."""

from pathlib import Path

import numpy as np
import pytest

from app.card import Fit
from app.imaging.palette import VOID
from app.runtime.model import Model
from export.datasets.masks import Masked
from export.evaluate.segmentation import segmentation
from tests import tiny

LABELS = ("red", "green", "blue")


def colored(classes: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Masked:
    """A picture that shows each class by its colour."""
    pixels = np.eye(3, dtype=np.uint8)[classes] * np.uint8(255)
    return Masked([pixels], [classes], LABELS)


def test_by_hand(tmp_path: Path) -> None:
    shown = np.array([[0, 0, 1, 1], [0, 0, 1, 2]], np.uint8)
    masked = colored(shown)
    annotated = shown.copy()
    annotated[0] = [0, 1, 1, VOID]
    masked.masks[0] = annotated
    measured = segmentation(Model.load(tiny.strongest(tmp_path)), masked)
    assert measured == {
        "miou": pytest.approx((3 / 4 + 2 / 3 + 1) / 3),
        "pixel_accuracy": pytest.approx(6 / 7),
        "iou/red": pytest.approx(3 / 4),
        "iou/green": pytest.approx(2 / 3),
        "iou/blue": 1,
        "pictures": 1,
    }


def test_one_matrix_for_all_pictures(tmp_path: Path) -> None:
    red = np.zeros((2, 3), np.uint8)
    masked = colored(red)
    masked.pictures.append(np.full((5, 1, 3), (0, 255, 0), np.uint8))
    masked.masks.append(np.zeros((5, 1), np.uint8))
    measured = segmentation(Model.load(tiny.strongest(tmp_path)), masked)
    assert measured["iou/red"] == pytest.approx(6 / 11)
    assert measured["iou/green"] == 0
    assert "iou/blue" not in measured  # neither shown nor found, so it does not count
    assert measured["miou"] == pytest.approx(3 / 11)


def test_what_a_crop_hides_is_wrong(tmp_path: Path) -> None:
    # Of 8x4 pixels only the 4x4 in the middle are seen.
    model = Model.load(tiny.strongest(tmp_path, fit=Fit(resize=4, crop=4)))
    measured = segmentation(model, colored(np.zeros((4, 8), np.uint8)))
    assert measured["iou/red"] == 0.5
    assert measured["pixel_accuracy"] == 0.5
