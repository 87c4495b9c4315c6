"""Packs of pictures of classes, one folder each: sign language, land use, chest X-rays.

Pictures of one person, place or patient look alike, so all of them are on one side of a split: a
random one would measure memory.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.datasets.archive import Pixels, files, images

SIGNS = tuple(str(digit) for digit in range(10))
LAND_USE = ("Field", "Forest", "Grass", "Industry", "Parking", "Resident", "RiverLake")
CHEST = ("Covid-19", "No_findings", "Pneumonia")

RUN = 25
"""Sign pictures with successive file numbers that are taken to be of the same few people."""


@dataclass(frozen=True)
class Labelled:
    """Pictures and what they show.

    Attributes:
        pictures: uint8 `[H, W, 3]` each, RGB, of any size.
        labels: int64 `[N]`, indices into `classes`.
        classes: their names.
    """

    pictures: list[Pixels]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]


def signs(data: Path) -> tuple[Labelled, Labelled]:
    """Sign-language digits (Mavi 2020, arXiv 2011.08927), 100x100 pixels.

    Returns:
        `(training, validation)`: validation holds every fifth run of file numbers. Someone was
        photographed showing one digit after the other, so a run is of the same few people.

    Raises:
        FileNotFoundError: `sign-digits-train.tar` is not in the folder.
    """
    return _split(data / "sign-digits-train.tar", SIGNS, lambda n: _number(n) // RUN % 5 == 2)


def land_use(data: Path) -> tuple[Labelled, Labelled]:
    """RSSCN7 (Zou et al. 2015): seven kinds of land from above, 200x200 pixels.

    Returns:
        `(training, validation)`: validation holds the middle numbers of each map scale.

    Raises:
        FileNotFoundError: `rsscn7-train.tar` is not in the folder.
    """
    held_out = range(44, 54)
    return _split(
        data / "rsscn7-train.tar", LAND_USE, lambda name: (_number(name) - 1) % 100 in held_out
    )


def chest(data: Path) -> tuple[Labelled, Labelled]:
    """Chest X-rays of the NIH and of public case reports, at most 256 pixels wide and high.

    Returns:
        `(training, validation)`: validation holds a fifth of the patients, chosen by a hash.

    Raises:
        FileNotFoundError: `cxr3-train.tar` is not in the folder.
    """
    archive = data / "cxr3-train.tar"
    table = next(content for name, content in files(archive) if name == "labels.csv")
    rows = csv.DictReader(io.StringIO(table.decode()))
    patients = {row["file"]: row["patient_group"] for row in rows}
    return _split(archive, CHEST, lambda name: _hash(patients[name]) % 5 == 0)


def _split(
    archive: Path, classes: tuple[str, ...], held_out: Callable[[str], bool]
) -> tuple[Labelled, Labelled]:
    sides: tuple[list[tuple[str, Pixels]], list[tuple[str, Pixels]]] = ([], [])
    for name, image in images(archive):
        sides[held_out(name)].append((name, np.asarray(image.convert("RGB"))))
    training, validation = (
        Labelled(
            [pixels for _, pixels in side],
            np.array([classes.index(name.split("/")[0]) for name, _ in side], np.int64),
            classes,
        )
        for side in sides
    )
    return training, validation


def _number(name: str) -> int:
    """The number at the end of a file name."""
    match = re.search(r"(\d+)\.\w+$", name)
    assert match is not None
    return int(match[1])


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
