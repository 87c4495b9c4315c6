"""A walk with normals: divided at one place, unit vectors, unknown ones zero."""

from pathlib import Path

import numpy as np
import pytest

from export.datasets.rooms import ARCHIVE, room, unit
from tests.export.packs import encoded, pack, plain


def test_of_the_data(data: Path) -> None:
    training, validation = room(data)
    assert (len(training.pictures), len(validation.pictures)) == (33, 7)
    for side in (training, validation):
        for picture, normals in zip(side.pictures, side.normals, strict=True):
            assert picture.shape == normals.shape == (240, 320, 3)
            lengths = np.linalg.norm(normals, axis=2)
            assert ((np.abs(lengths - 1) < 1e-5) | (lengths == 0)).all()
            assert normals[..., 2].mean() < -0.3  # they face the camera


def test_colours_become_unit_vectors() -> None:
    colours = np.array([[[128, 128, 0], [255, 128, 128], [0, 0, 0]]], np.uint8)
    away, right, unknown = unit(colours)[0]
    assert away == pytest.approx([0.004, 0.004, -1], abs=1e-3)
    assert right == pytest.approx([1, 0.004, 0.004], abs=1e-3)
    assert not unknown.any()


def test_the_end_of_the_walk_is_held_out(tmp_path: Path) -> None:
    contents = {}
    for frame in (3, 399, 400, 460):
        name = f"frame-{frame:06}"
        contents[f"rgb/{name}.jpg"] = encoded(plain(frame % 100 + 20), "a.jpg")
        contents[f"normals/{name}.png"] = encoded(
            np.full((6, 8, 3), frame % 250, np.uint8), "a.png"
        )
        contents[f"depth_mm/{name}.png"] = encoded(np.zeros((6, 8), np.uint16), "a.png")
    pack(tmp_path / ARCHIVE, {"LICENSE": b"", **contents})

    training, validation = room(tmp_path)

    assert [int(p[0, 0, 0]) for p in training.pictures] == [23, 119]
    assert [int(p[0, 0, 0]) for p in validation.pictures] == [20, 80]
    assert validation.normals[1][0, 0] == pytest.approx([3**-0.5] * 3)  # 210, 210, 210


def test_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=ARCHIVE):
        room(tmp_path)
