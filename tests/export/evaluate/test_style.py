"""The protocol of styles, with features that are the colours themselves."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from app.runtime.model import Model
from export.evaluate import style as protocol
from export.evaluate.style import style
from tests import tiny
from tests.conftest import noise


class Colors(torch.nn.Module):
    """Four blocks of features: the colours, ever coarser."""

    def forward(self, x: Tensor) -> list[Tensor]:
        return [F.avg_pool2d(x, 2**level) for level in range(4)]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "vgg16", lambda runs, blocks: Colors())
    monkeypatch.setattr(protocol, "PART", (16, 24))


def test_painted_and_optimised_pictures_are_measured(tmp_path: Path) -> None:
    model = Model.load(tiny.painter(tmp_path, styles=2, labels=("negative", "gray")))
    photos = [noise(40, 30, seed=seed) // 2 for seed in range(3)]
    paintings = [255 - photos[0], np.full((20, 20, 3), 128, np.uint8)]

    found = style(model, photos, paintings, steps=30)

    assert found["pictures"] == 3
    # The second style makes all of one gray, as its painting is.
    assert found["style_ratio/gray"] < 0.1
    assert found["style_photo"] > found["style"]
    # What is optimised does not go farther from the photo than the model.
    assert found["content_optimised"] < found["content"] * 1.1
    assert 0 < found["style_optimised"] < found["style_photo"]
    assert 0 < found["style_passes"] <= 30


def test_no_more_than_so_many_photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "PHOTOS", 2)
    model = Model.load(tiny.painter(tmp_path, styles=1))
    painting = noise(20, 20)
    assert style(model, [noise(20, 20)] * 5, [painting], steps=1)["pictures"] == 2
