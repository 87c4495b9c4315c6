"""The shipped super-resolution in tiles gives the very pixels it gives in one piece."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.imaging.picture import Picture
from app.runtime.model import Model
from app.settings import MODELS
from app.tasks import super_resolution
from app.tasks.super_resolution import TASK, SuperResolutionOptions
from app.tasks.task import Bounds

CAT = Path(__file__).parent.parent.parent / "examples" / "cat.jpg"


def test_tiles_equal_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model.load(MODELS / "srdensenet-x4.onnx")
    with Image.open(CAT) as image:
        picture = Picture(np.asarray(image.convert("RGB").crop((0, 0, 150, 131))))
    answers = []
    for side in (1000, 90):
        monkeypatch.setattr(super_resolution, "TILE", side)
        result = TASK.infer(model, picture, SuperResolutionOptions(), Bounds(10**7))
        answers.append(result.picture.pixels)
    assert np.array_equal(*answers)
