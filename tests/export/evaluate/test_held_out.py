"""Every held-out set: read from an archive like the real one and measured by its protocol."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.runtime.model import Model
from app.tasks import TASKS
from export.datasets import cifar10, classes, fixations, masks, photos
from export.errors import ExportError
from export.evaluate.answers import silent
from export.evaluate.held_out import HELD_OUT
from export.graphs.several import TOGETHER
from export.recipes import RECIPES
from tests import tiny
from tests.export.packs import encoded, noisy, pack, plain, sample_pack

RED = np.full((6, 8, 3), (220, 30, 30), np.uint8)


def measured(key: str, model: Path, data: Path) -> dict[str, float]:
    return HELD_OUT[key].measure(Model.load(model), data, silent)


def test_every_recipe_names_a_set_of_its_task() -> None:
    for recipe in RECIPES.values():
        assert HELD_OUT[recipe.held_out].task == recipe.task


def test_every_set_is_of_a_task_and_has_a_name_of_its_own() -> None:
    assert {one.task for one in HELD_OUT.values()} <= set(TASKS)
    assert len({one.name for one in HELD_OUT.values()}) == len(HELD_OUT)
    assert not any("/" in one.name for one in HELD_OUT.values())


def test_cifar10(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar10, "HELD_OUT_PER_CLASS", 1)
    red = encoded(RED, "a.png")
    names = [f"train/{name}/{n}.png" for name in cifar10.CLASSES for n in range(2)]
    pack(tmp_path / cifar10.ARCHIVE, dict.fromkeys(names, red))
    model = tiny.colors(tmp_path, labels=cifar10.CLASSES)
    assert measured("cifar10", model, tmp_path) == {
        "top1": 0.1, "balanced_accuracy": pytest.approx(0.1), "pictures": 10,
    }  # fmt: skip


def test_signs(tmp_path: Path) -> None:
    red = encoded(RED, "a.jpg")
    pack(
        tmp_path / "sign-digits-train.tar",
        {"0/IMG_0050.jpg": red, "1/IMG_0051.jpg": red, "0/IMG_0052.jpg": red, "2/IMG_1.jpg": red},
    )
    model = tiny.colors(tmp_path, labels=classes.SIGNS)
    assert measured("sign-digits", model, tmp_path) == {
        "top1": pytest.approx(2 / 3), "balanced_accuracy": 0.5, "pictures": 3,
    }  # fmt: skip


def test_land_use(tmp_path: Path) -> None:
    red = encoded(RED, "a.jpg")
    pack(
        tmp_path / "rsscn7-train.tar",
        {"Field/a145.jpg": red, "Forest/b150.jpg": red, "Grass/c001.jpg": red},
    )
    model = tiny.colors(tmp_path, labels=classes.LAND_USE)
    assert measured("rsscn7", model, tmp_path)["top1"] == 0.5


def test_chest(tmp_path: Path) -> None:
    # Patients enough for both sides of a split by hash.
    names = [f"Covid-19/{n}.jpg" for n in range(20)]
    table = "file,class,patient_group\n" + "".join(f"{name},Covid-19,p{name}\n" for name in names)
    contents = {"labels.csv": table.encode(), **dict.fromkeys(names, encoded(RED, "a.jpg"))}
    pack(tmp_path / "cxr3-train.tar", contents)
    model = tiny.colors(tmp_path, labels=classes.CHEST)
    found = measured("cxr3", model, tmp_path)
    assert found["top1"] == 1
    assert 0 < found["pictures"] < 20


def test_camvid(tmp_path: Path) -> None:
    mask = np.zeros((6, 8), np.uint8)
    mask[0, :4], mask[1] = 1, 11
    pack(
        tmp_path / "camvid-trainval.tar",
        {
            "train/images/a.png": noisy("a.png", 8, 6),
            "train/labels/a.png": encoded(mask, "a.png"),
            "val/images/b.png": encoded(RED, "a.png"),
            "val/labels/b.png": encoded(mask, "b.png"),
        },
    )
    model = tiny.strongest(tmp_path, labels=masks.CAMVID)
    found = measured("camvid", model, tmp_path)
    assert found["iou/Sky"] == found["pixel_accuracy"] == pytest.approx(36 / 40)
    assert found["iou/Building"] == 0
    assert found["miou"] == pytest.approx(0.45)
    assert found["pictures"] == 1


def test_crackforest(tmp_path: Path) -> None:
    pixels = np.full((9, 9, 3), (200, 90, 90), np.uint8)
    pixels[4] = (10, 60, 10)
    mask = np.zeros((9, 9), np.uint8)
    mask[5] = 255
    pack(
        tmp_path / "crackforest-train.tar",
        {
            "images/021.png": encoded(pixels, "a.png"),
            "masks/021.png": encoded(mask, "a.png"),
            "images/001.png": encoded(pixels, "a.png"),
            "masks/001.png": encoded(mask, "a.png"),
        },
    )
    found = measured("crackforest", tiny.strongest(tmp_path, labels=masks.CRACKS), tmp_path)
    assert found["f1_2px"] == 1
    assert found["iou"] == 0
    assert found["pictures"] == 1


def test_osie(tmp_path: Path) -> None:
    names = [f"{n}.png" for n in range(1001, 1007)]
    pixels = plain(10, 8, 6)
    pixels[:2, :2] = 250
    contents = {f"images/{name}": encoded(pixels, name) for name in names}
    density = np.array([[255, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], np.uint8)
    contents |= {f"maps_200x150/{name}": encoded(density, name) for name in names}
    viewers = {name: [[[1, 1, 200]], [[0.5, 0.2, 90]]] for name in names}
    contents["fixations.json"] = json.dumps({"fixations": viewers}).encode()
    pack(tmp_path / fixations.ARCHIVE, contents)
    found = measured("osie", tiny.light(tmp_path), tmp_path)
    # Everybody looked at the same corner in training, too.
    assert found["cc"] == pytest.approx(1)
    assert found["centre-prior/cc"] == pytest.approx(1)
    assert found["nss"] > found["centre-prior/nss"] > 1
    assert found["pictures"] == 1


def test_photos(tmp_path: Path) -> None:
    lossless, bsds = photos.ARCHIVES
    pack(tmp_path / lossless, {"debian/a.webp": noisy("a.webp", 30, 40)})
    pack(tmp_path / bsds, {"bsds500_train/b.jpg": noisy("b.jpg", 50, 40)})
    found = measured("photos", tiny.doubler(tmp_path), tmp_path)
    assert found["pictures"] == 1
    assert {"psnr_y", "ssim_y", "psnr_y_bicubic", "ssim_y_bicubic"} < set(found)


def painter(folder: Path, **card: Any) -> Path:
    return tiny.painter(folder)


def test_flow_samples(tmp_path: Path) -> None:
    sample_pack(tmp_path)
    found = measured("flow-samples", tiny.shades(tmp_path), tmp_path)
    assert found["pictures"] == 2
    assert found["epe_zero/easy"] == pytest.approx(np.hypot(1.5, 0.5))
    assert found["epe/rigid"] > 10


def test_pictures_that_were_seen_are_named_so() -> None:
    for one in HELD_OUT.values():
        assert one.name.endswith("-seen") == one.seen


@pytest.mark.parametrize("key", HELD_OUT)
def test_without_its_archive(key: str, tmp_path: Path) -> None:
    labels = {
        "camvid": masks.CAMVID,
        "crackforest": masks.CRACKS,
        "cifar10": cifar10.CLASSES,
        "cifar10-seen": cifar10.CLASSES,
    }
    make = {
        TOGETHER: tiny.six,
        "classification": tiny.colors,
        "detection": tiny.dots,
        "segmentation": tiny.strongest,
        "saliency": tiny.light,
        "super-resolution": tiny.doubler,
        "flow": tiny.shades,
        "style": painter,
    }[HELD_OUT[key].task]
    with pytest.raises(FileNotFoundError):
        measured(key, make(tmp_path, labels=labels.get(key)), tmp_path)


@pytest.mark.parametrize("key", ["cifar10", "cifar10-seen", "camvid", "crackforest"])
def test_other_labels_are_refused_before_anything_is_read(key: str, tmp_path: Path) -> None:
    make = tiny.colors if HELD_OUT[key].task == "classification" else tiny.strongest
    with pytest.raises(ExportError, match="other labels"):
        measured(key, make(tmp_path), tmp_path)
