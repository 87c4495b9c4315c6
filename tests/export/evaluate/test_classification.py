"""Top-1 of a model that knows red, green and blue."""

from pathlib import Path

import numpy as np
import pytest

from app.runtime.model import Model
from export.evaluate.classification import classification
from tests import tiny

RED, GREEN, BLUE = (np.full((6, 7, 3), np.eye(3)[c] * 255, np.uint8) for c in range(3))


def test_right_answers_are_counted(tmp_path: Path) -> None:
    model = Model.load(tiny.colors(tmp_path))
    pictures, labels = [RED, GREEN, BLUE, BLUE], np.array([0, 1, 2, 0])
    measured = classification(model, pictures, labels)
    assert measured == classification(model, np.stack(pictures), labels)
    assert measured == {
        "top1": 0.75,
        "balanced_accuracy": pytest.approx((1 / 2 + 1 + 1) / 3),
        "pictures": 4,
    }
