"""Packs of pictures whose objects have boxes: blood cells, helmets, cars from above."""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from export.datasets.archive import Pixels, files

CELLS = ("RBC", "WBC", "Platelets")
"""Red and white blood cells, and platelets."""
HELMETS = ("Safety Helmet", "No Safety Helmet")
CARS = ("vehicle",)

SCANS = range(190, 234)
"""File numbers of blood-cell pictures that are held out. Neighbours are of the same scan, and the
pack has gaps before and after these."""

FLIGHTS = ("MOS", "DJI_0005")
"""Beginnings of the file names of the flights that are held out."""

Objects = tuple[NDArray[np.float32], NDArray[np.int64]]
"""Boxes `[n, 4]` (left, upper, right, lower, in pixels) and their classes `[n]`."""


@dataclass(frozen=True)
class Boxed:
    """Pictures and the objects in them.

    Attributes:
        pictures: uint8 `[H, W, 3]` each, RGB.
        objects: of each picture.
        classes: their names.
    """

    pictures: list[Pixels]
    objects: list[Objects]
    classes: tuple[str, ...]


def cells(data: Path) -> tuple[Boxed, Boxed]:
    """BCCD: blood smears under the microscope, 640x480 pixels.

    Returns:
        `(training, validation)`: validation holds the pictures of `SCANS`.

    Raises:
        FileNotFoundError: `bccd-train.tar` is not in the folder.
    """
    return _split(
        data / "bccd-train.tar", CELLS, lambda text, _: _voc(text, CELLS), lambda n: _n(n) in SCANS
    )


def helmets(data: Path) -> tuple[Boxed, Boxed]:
    """Heads of people at work, with and without a safety helmet, 416x416 pixels.

    Returns:
        `(training, validation)`: validation holds a fifth of the pictures, chosen by a hash of the
        file name; each is of another place.

    Raises:
        FileNotFoundError: `hardhat-train.tar` is not in the folder.
    """
    return _split(
        data / "hardhat-train.tar",
        HELMETS,
        lambda text, _: _voc(text, HELMETS),
        lambda name: hashlib.sha256(name.encode()).digest()[0] % 5 == 0,
    )


def cars(data: Path) -> tuple[Boxed, Boxed]:
    """Cars, trucks, buses and minibuses from drones and planes, at most 1280 pixels wide.

    Returns:
        `(training, validation)`: validation holds `FLIGHTS`.

    Raises:
        FileNotFoundError: `aerial-cars-train.tar` is not in the folder.
    """
    return _split(data / "aerial-cars-train.tar", CARS, _yolo, lambda n: n.startswith(FLIGHTS))


def _split(
    archive: Path,
    classes: tuple[str, ...],
    read: Callable[[bytes, Pixels], Objects],
    held_out: Callable[[str], bool],
) -> tuple[Boxed, Boxed]:
    """Sort pictures by name onto two sides, each with the objects that `read` finds of it."""
    pictures, notes = {}, {}
    for name, content in files(archive):
        path = Path(name)
        if path.suffix == ".jpg":
            pictures[path.stem] = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        elif path.parent.name in ("annotations", "labels"):
            notes[path.stem] = content
    training, validation = Boxed([], [], classes), Boxed([], [], classes)
    for stem, pixels in sorted(pictures.items()):
        side = validation if held_out(stem) else training
        side.pictures.append(pixels)
        side.objects.append(read(notes[stem], pixels))
    return training, validation


def _voc(text: bytes, classes: tuple[str, ...]) -> Objects:
    """Objects of a Pascal VOC file; boxes without an area are left out."""
    boxes, kinds = [], []
    for found in ElementTree.fromstring(text).iter("object"):
        corners = [float(found.findtext(f"bndbox/{side}", "0")) for side in _SIDES]
        if corners[0] < corners[2] and corners[1] < corners[3]:
            boxes.append(corners)
            kinds.append(classes.index(found.findtext("name", "")))
    return np.array(boxes, np.float32).reshape(-1, 4), np.array(kinds, np.int64)


_SIDES = ("xmin", "ymin", "xmax", "ymax")


def _yolo(text: bytes, pixels: Pixels) -> Objects:
    """Objects of rows `class cx cy w h`, relative to the picture; all are of one class."""
    rows = np.array(text.split(), np.float32).reshape(-1, 5)
    sides = np.array([pixels.shape[1], pixels.shape[0]] * 2, np.float32)
    middle, half = rows[:, 1:3], rows[:, 3:] / 2
    boxes = np.concatenate([middle - half, middle + half], 1) * sides
    return boxes.astype(np.float32), np.zeros(len(rows), np.int64)


def _n(name: str) -> int:
    """The number at the end of a file name."""
    match = re.search(r"(\d+)$", name)
    assert match is not None
    return int(match[1])
