"""The shipped models for pictures of any size give in tiles the very pixels of one piece."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.imaging.picture import Picture
from app.runtime.model import Model
from app.settings import MODELS
from app.tasks import segmentation, super_resolution
from app.tasks.task import Bounds

CAT = Path(__file__).parent.parent.parent / "examples" / "cat.jpg"


def cat(width: int, height: int) -> Picture:
    with Image.open(CAT) as image:
        return Picture(np.asarray(image.convert("RGB").resize((width, height))))


def test_enlarged_tiles_equal_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model.load(MODELS / "srdensenet-x4.onnx")
    task = super_resolution.TASK
    answers = []
    for side in (1000, 90):
        monkeypatch.setattr(super_resolution, "TILE", side)
        result = task.infer(model, cat(150, 131), task.options(), Bounds(10**7))
        answers.append(result.picture.pixels)
    assert np.array_equal(*answers)


def test_segmented_tiles_equal_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model.load(MODELS / "fc-densenet-cracks.onnx")
    task = segmentation.TASK
    picture = cat(1000, 75)
    answers, tiles = [], []
    for side in (2000, 1):  # no side is less than three halos
        monkeypatch.setattr(segmentation, "TILE", side)
        count: list[int] = []
        bounds = Bounds(10**7, lambda done, total, count=count: count.append(total))
        answers.append(task.infer(model, picture, task.options(), bounds).classes)
        tiles.append(count[0])
    assert tiles[0] == 1 < tiles[1]
    # Rounding differs with the shape of a tensor, and decides where two classes are even.
    assert np.mean(answers[0] == answers[1]) > 0.9999
