"""Packs of boxes: both ways of writing them down, and what is held out."""

from pathlib import Path

import pytest

from export.datasets import boxes
from tests.export.packs import encoded, pack, plain


def voc(*objects: tuple[str, int, int, int, int]) -> bytes:
    each = "".join(
        f"<object><name>{name}</name><bndbox><xmin>{x0}</xmin><ymin>{y0}</ymin>"
        f"<xmax>{x1}</xmax><ymax>{y1}</ymax></bndbox></object>"
        for name, x0, y0, x1, y1 in objects
    )
    return f"<annotation>{each}</annotation>".encode()


def test_blood_cells(tmp_path: Path) -> None:
    contents = {}
    for number in (3, 189, 190, 233, 234):
        name = f"BloodImage_{number:05}"
        contents[f"images/{name}.jpg"] = encoded(plain(number), f"{name}.jpg")
        contents[f"annotations/{name}.xml"] = voc(("WBC", 1, 2, 5, 6), ("RBC", 3, 3, 3, 5))
    contents["LICENSE"] = b"MIT"
    pack(tmp_path / "bccd-train.tar", contents)
    training, held_out = boxes.cells(tmp_path)
    assert (len(training.pictures), len(held_out.pictures)) == (3, 2)
    assert training.classes == boxes.CELLS
    corners, kinds = training.objects[0]
    assert corners.tolist() == [[1, 2, 5, 6]]  # the other one has no area
    assert kinds.tolist() == [boxes.CELLS.index("WBC")]


def test_helmets_are_split_by_their_names(tmp_path: Path) -> None:
    contents = {}
    for number in range(20):
        contents[f"images/w{number}.jpg"] = encoded(plain(number), "w.jpg")
        contents[f"annotations/w{number}.xml"] = voc(("No Safety Helmet", 0, 0, number + 1, 3))
    pack(tmp_path / "hardhat-train.tar", contents)
    training, held_out = boxes.helmets(tmp_path)
    assert len(training.pictures) + len(held_out.pictures) == 20
    assert 0 < len(held_out.pictures) < 10
    for side in (training, held_out):
        for pixels, (corners, kinds) in zip(side.pictures, side.objects, strict=True):
            assert abs(int(pixels[0, 0, 0]) - (corners[0, 2] - 1)) <= 1  # its own picture
            assert kinds.tolist() == [1]


def test_cars_are_split_by_flights(tmp_path: Path) -> None:
    names = ("DJI_0005-0018", "DJI_0013-0023", "MOS74", "MunichStreet02-MOS74")
    contents = {f"images/{name}.jpg": encoded(plain(9, 40, 20), "a.jpg") for name in names}
    contents |= {f"labels/{name}.txt": b"0 0.5 0.5 0.25 0.5\n3 0.1 0.2 0.1 0.2\n" for name in names}
    contents["classes.txt"] = b"car\n"
    pack(tmp_path / "aerial-cars-train.tar", contents)
    training, held_out = boxes.cars(tmp_path)
    assert (len(training.pictures), len(held_out.pictures)) == (2, 2)
    corners, kinds = training.objects[0]
    assert corners.tolist() == [[15, 5, 25, 15], [pytest.approx(2), pytest.approx(2), 6, 6]]
    assert kinds.tolist() == [0, 0]
    assert training.classes == ("vehicle",)


def test_a_picture_without_objects(tmp_path: Path) -> None:
    contents = {"images/MOS1.jpg": encoded(plain(9), "a.jpg"), "labels/MOS1.txt": b""}
    pack(tmp_path / "aerial-cars-train.tar", contents)
    ((corners, kinds),) = boxes.cars(tmp_path)[1].objects
    assert corners.shape == (0, 4)
    assert kinds.shape == (0,)
