"""Packs of masks: SegNet's split of CamVid, whole runs of CrackForest, labels in range."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.imaging.palette import VOID
from export.datasets.masks import (
    CAMVID,
    CAMVID_COLORS,
    CRACKS,
    PARTS,
    PARTS_COLORS,
    Masked,
    camvid,
    cracks,
    parts,
)
from tests.export.packs import encoded, pack, plain


def check(side: Masked, height: int, width: int) -> None:
    """Every picture has a mask of its size with labels in range."""
    assert len(side.pictures) == len(side.masks)
    for pixels, mask in zip(side.pictures, side.masks, strict=True):
        assert pixels.shape == (height, width, 3)
        assert mask.shape == (height, width)
        assert pixels.dtype == mask.dtype == np.uint8
        assert ((mask < len(side.classes)) | (mask == VOID)).all()


def test_camvid_is_segnets_split(data: Path) -> None:
    training, validation = camvid(data)

    assert (len(training.pictures), len(validation.pictures)) == (367, 101)
    assert training.classes == validation.classes == CAMVID
    for side in (training, validation):
        check(side, 360, 480)
        assert set().union(*(np.unique(mask) for mask in side.masks)) == {*range(11), VOID}


def test_camvid_has_a_colour_for_every_class() -> None:
    assert len(set(CAMVID_COLORS)) == len(CAMVID) == 11


def test_eleven_is_void_and_each_mask_is_of_its_picture(tmp_path: Path) -> None:
    contents = {}
    for level, place in enumerate(("train", "val", "train")):
        mask = np.full((6, 8), 3 * level, np.uint8)
        mask[0] = 11
        name = f"000{level}"
        contents[f"{place}/images/{name}.png"] = encoded(plain(level), "a.png")
        contents[f"{place}/labels/{name}.png"] = encoded(mask, "a.png")
    pack(tmp_path / "camvid-trainval.tar", {"classes.txt": b"Sky", **contents})

    training, validation = camvid(tmp_path)

    assert [pixels[0, 0, 0] for pixels in training.pictures] == [0, 2]
    assert [mask[1, 0] for mask in training.masks] == [0, 6]
    assert [mask[1, 0] for mask in validation.masks] == [3]
    for side in (training, validation):
        assert all((mask[0] == VOID).all() and (mask[1:] < 11).all() for mask in side.masks)


def test_cracks_of_the_data_are_thin(data: Path) -> None:
    training, validation = cracks(data)

    assert len(training.pictures) + len(validation.pictures) == 94
    assert 10 <= len(validation.pictures) <= 25
    for side in (training, validation):
        check(side, 320, 480)
        assert side.classes == CRACKS
        assert 0.005 < np.mean(side.masks) < 0.05  # of ones, which are cracks
        assert max(int(mask.max()) for mask in side.masks) == 1


def test_neighbours_in_crackforest_are_on_one_side(tmp_path: Path) -> None:
    contents = {}
    for number in range(1, 119):
        mask = np.zeros((6, 8), np.uint8)
        mask[3] = 255
        contents[f"images/{number:03}.png"] = encoded(plain(number), "a.png")
        contents[f"masks/{number:03}.png"] = encoded(mask, "a.png")
    pack(tmp_path / "crackforest-train.tar", {"SOURCE_README.md": b"", **contents})

    training, validation = cracks(tmp_path)

    numbers = [[int(pixels[0, 0, 0]) for pixels in s.pictures] for s in (training, validation)]
    assert numbers[1] == [*range(20, 30), *range(70, 80)]
    assert sorted(numbers[0] + numbers[1]) == list(range(1, 119))
    for side in (training, validation):
        check(side, 6, 8)
        assert all((mask[3] == 1).all() and mask.sum() == 8 for mask in side.masks)


def test_parts_of_the_data(data: Path) -> None:
    training, validation = parts(data)
    assert (len(training.pictures), len(validation.pictures)) == (110, 30)
    for side in (training, validation):
        assert side.classes == PARTS
        assert set().union(*(np.unique(mask) for mask in side.masks)) == set(range(9))
        for pixels, mask in zip(side.pictures, side.masks, strict=True):
            assert pixels.shape[:2] == mask.shape
    assert len(set(PARTS_COLORS)) == len(PARTS)


def test_people_of_neighbouring_numbers_are_on_one_side(tmp_path: Path) -> None:
    contents = {}
    for number in range(1, 200, 3):
        mask = np.full((6, 8), number % 9, np.uint8)
        contents[f"images/{number:04}.png"] = encoded(plain(number), "a.png")
        contents[f"labels59/{number:04}.png"] = encoded(mask + 9, "a.png")
        contents[f"parts9/{number:04}.png"] = encoded(mask, "a.png")
    pack(tmp_path / "ccp-parts-train.tar", {"parts9.txt": b"", **contents})

    sides = parts(tmp_path)

    tens = [{int(pixels[0, 0, 0]) // 10 for pixels in side.pictures} for side in sides]
    assert not tens[0] & tens[1]
    assert len(tens[0]) > len(tens[1]) > 0
    for side in sides:
        for pixels, mask in zip(side.pictures, side.masks, strict=True):
            assert (mask == pixels[..., 0] % 9).all()


@pytest.mark.parametrize(
    ("read", "archive"),
    [
        (camvid, "camvid-trainval.tar"),
        (cracks, "crackforest-train.tar"),
        (parts, "ccp-parts-train.tar"),
    ],
)
def test_missing_archive_is_named(
    tmp_path: Path, read: Callable[[Path], object], archive: str
) -> None:
    with pytest.raises(FileNotFoundError, match=archive):
        read(tmp_path)
