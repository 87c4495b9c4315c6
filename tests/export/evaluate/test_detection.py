"""The protocol on a model that finds bright pixels."""

from pathlib import Path

import numpy as np
import pytest

from app.runtime.model import Model
from export.datasets.boxes import Boxed
from export.evaluate.detection import detection
from tests import tiny


def test_by_hand(tmp_path: Path) -> None:
    model = Model.load(tiny.dots(tmp_path))
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[10, 10, 0] = 255
    pixels[30, 40, 0] = 130  # less sure than what an answer shows by default, counted all the same
    pixels[20, 20, 1] = 200
    boxes = np.array([[7, 7, 14, 14], [37, 27, 44, 34]], np.float32)
    boxed = Boxed([pixels], [(boxes, np.zeros(2, np.int64))], ("red", "green", "blue"))
    assert detection(model, boxed) == {
        "ap": pytest.approx(1), "ap50": pytest.approx(1), "ap50/red": pytest.approx(1),
        "pictures": 1,
    }  # fmt: skip
