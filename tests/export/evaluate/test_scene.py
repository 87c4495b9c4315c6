"""Every answer of one file on pictures of its own kind, through fitting and back."""

from pathlib import Path

import numpy as np
import pytest

from app.card import Head
from app.runtime.model import Model
from export.datasets import fixations, masks, outlines, rooms
from export.datasets.fixations import Watched
from export.datasets.masks import Masked
from export.datasets.outlines import Outlined
from export.datasets.rooms import Surfaces
from export.errors import ExportError
from export.evaluate.answers import silent
from export.evaluate.scene import scene
from tests import tiny
from tests.export.packs import coloured

HEIGHT, WIDTH = 31, 47


def lined() -> Outlined:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[10] = 230
    return Outlined([picture], [(picture[None, ..., 0] > 0)])


def sloped() -> Surfaces:
    normal = np.array([0.6, 0, -0.8], np.float32)
    levels = np.rint((normal + 1) * 127.5).astype(np.uint8)
    shape = (HEIGHT, WIDTH, 1)
    return Surfaces([np.tile(levels, shape)], [np.tile(normal, shape)])


def watched() -> Watched:
    picture, density = np.zeros((60, 80, 3), np.uint8), np.zeros((15, 20), np.uint8)
    picture[20:40, 20:40], density[5:10, 5:10] = 255, 255
    return Watched([picture], [density], [np.array([[30.0, 30.0], [25.0, 22.0]])])


@pytest.fixture
def packs(monkeypatch: pytest.MonkeyPatch) -> Masked:
    squares = coloured(2, HEIGHT, WIDTH)
    monkeypatch.setattr(outlines, "bsds", lambda _: (lined(), lined()))
    monkeypatch.setattr(rooms, "room", lambda _: (sloped(), sloped()))
    monkeypatch.setattr(masks, "parts", lambda _: (squares, squares))
    monkeypatch.setattr(masks, "camvid", lambda _: (squares, squares))
    monkeypatch.setattr(fixations, "osie", lambda _: (watched(), watched()))
    return squares


def test_a_model_that_is_right_about_everything(packs: Masked, tmp_path: Path) -> None:
    found = scene(Model.load(tiny.six(tmp_path)), Path(), silent)

    assert found["edges/ods"] == found["edges/ods_near"] == 1
    assert found["normals/mean_angle"] < 0.5  # levels are whole numbers
    assert found["parts/miou"] == found["segmentation/miou"] == 1
    assert found["segmentation/contour_f1_2px"] == 1
    assert 0 < found["semantic-boundaries/f1_2px"] < 1
    assert found["saliency/nss"] > 2
    assert found["saliency/centre-prior/cc"] == pytest.approx(1)
    for task, count in (("edges", 1), ("parts", 2), ("semantic-boundaries", 2), ("saliency", 1)):
        assert found[f"{task}/pictures"] == count


def test_other_labels_are_refused(packs: Masked, tmp_path: Path) -> None:
    heads = dict.fromkeys(("parts", "segmentation"), Head(labels=("red", "green", "blue")))
    path = tiny.six(tmp_path, heads=heads)
    with pytest.raises(ExportError, match="several has other labels for semantic-boundaries"):
        scene(Model.load(path), Path(), silent)


@pytest.mark.parametrize(
    ("tasks", "named"), [(("edges", "flow"), "flow"), (("segmentation",), "semantic-boundaries")]
)
def test_what_has_no_protocol_is_named(
    packs: Masked, tmp_path: Path, tasks: tuple[str, ...], named: str
) -> None:
    model = Model.load(tiny.six(tmp_path, tasks=tasks, heads=None))
    with pytest.raises(ExportError, match=f"how {named} are measured"):
        scene(model, Path(), silent)
