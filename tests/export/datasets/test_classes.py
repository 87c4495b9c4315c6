"""Packs of classes: nobody and no place is on both sides of a split, and every class is on each."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from export.datasets.archive import files
from export.datasets.classes import CHEST, LAND_USE, SIGNS, Labelled, chest, land_use, signs
from tests.export.packs import encoded, pack, plain

Read = Callable[[Path], tuple[Labelled, Labelled]]

PACKS = {
    "signs": (signs, SIGNS, 798),
    "landuse": (land_use, LAND_USE, 364),
    "chest": (chest, CHEST, 351),
}


def levels(side: Labelled) -> list[int]:
    """By which the pictures of `plain` are told apart."""
    return [int(pixels[0, 0, 0]) for pixels in side.pictures]


def numbered(archive: Path, classes: Sequence[str], numbers: Sequence[int], name: str) -> None:
    """Pack a picture of each number, its index as its level, the classes by turns."""
    contents = {
        f"{classes[i % len(classes)]}/{name.format(number)}": encoded(plain(i), "a.png")
        for i, number in enumerate(numbers)
    }
    pack(archive, {"LICENSE": b"", **contents})


@pytest.mark.parametrize(("read", "classes", "count"), PACKS.values(), ids=PACKS)
def test_every_class_is_on_both_sides(
    data: Path, read: Read, classes: tuple[str, ...], count: int
) -> None:
    training, validation = read(data)

    assert len(training.labels) + len(validation.labels) == count
    assert 0.1 < len(validation.labels) / count < 0.3
    for side in (training, validation):
        assert side.classes == classes
        assert side.labels.dtype == np.int64
        assert len(side.pictures) == len(side.labels)
        assert set(side.labels) == set(range(len(classes)))
        assert all(p.ndim == 3 and p.shape[2] == 3 for p in side.pictures)
        assert {p.dtype.name for p in side.pictures} == {"uint8"}


def test_runs_of_signs_are_on_one_side(tmp_path: Path) -> None:
    numbers = range(1100, 1350)
    numbered(tmp_path / "sign-digits-train.tar", SIGNS, numbers, "IMG_{}.png")

    training, validation = signs(tmp_path)

    runs = [{numbers[level] // 25 for level in levels(side)} for side in (training, validation)]
    assert not runs[0] & runs[1]
    assert runs[1] == {47, 52}
    assert len(levels(validation)) == 50
    assert training.labels.tolist() == [level % 10 for level in levels(training)]


def test_middle_numbers_of_every_scale_are_held_out(tmp_path: Path) -> None:
    # The scales are 1-100, 101-200, 201-300 and 301-400.
    numbers = [number for number in range(1, 401) if number % 2]
    numbered(tmp_path / "rsscn7-train.tar", LAND_USE, numbers, "b{:03}.png")

    _, validation = land_use(tmp_path)

    assert [numbers[level] for level in levels(validation)] == [
        scale + middle for scale in (0, 100, 200, 300) for middle in (45, 47, 49, 51, 53)
    ]


def test_all_pictures_of_a_patient_are_on_one_side(tmp_path: Path) -> None:
    patients = [f"{number:08}" for number in range(40) for _ in range(3)]
    names = [f"{CHEST[i % 3]}/{i}.png" for i in range(len(patients))]
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(("file", "class", "patient_group"))
    rows.writerows((n, n.split("/")[0], p) for n, p in zip(names, patients, strict=True))
    pictures = {name: encoded(plain(level), "a.png") for level, name in enumerate(names)}
    pack(tmp_path / "cxr3-train.tar", {**pictures, "labels.csv": table.getvalue().encode()})

    training, validation = chest(tmp_path)

    groups = [{patients[level] for level in levels(side)} for side in (training, validation)]
    assert not groups[0] & groups[1]
    assert len(groups[0] | groups[1]) == 40
    assert 2 <= len(groups[1]) <= 16


def test_patients_of_the_data_are_on_one_side(data: Path) -> None:
    archive = data / "cxr3-train.tar"
    contents = dict(files(archive))
    patients = {}
    for row in csv.DictReader(io.StringIO(contents["labels.csv"].decode())):
        patients.setdefault(row["patient_group"], []).append(row["file"])

    sides = [{pixels.tobytes() for pixels in side.pictures} for side in chest(data)]

    decoded = {name: _decoded(content) for name, content in contents.items() if "/" in name}
    for names in patients.values():
        found = {index for name in names for index in (0, 1) if decoded[name] in sides[index]}
        assert len(found) == 1, names


def _decoded(content: bytes) -> bytes:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).tobytes()


@pytest.mark.parametrize(
    ("read", "archive"),
    [(signs, "sign-digits-train.tar"), (land_use, "rsscn7-train.tar"), (chest, "cxr3-train.tar")],
)
def test_missing_archive_is_named(tmp_path: Path, read: Read, archive: str) -> None:
    with pytest.raises(FileNotFoundError, match=archive):
        read(tmp_path)
