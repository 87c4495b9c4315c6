"""Packs of pictures whose every pixel has a class: roads from a car, cracks, parts of people."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from app.imaging.palette import VOID
from export.datasets.archive import Pixels, images

CAMVID = (
    "Sky", "Building", "Pole", "Road", "Pavement", "Tree", "SignSymbol", "Fence", "Car",
    "Pedestrian", "Bicyclist",
)  # fmt: skip

CAMVID_COLORS = (
    (128, 128, 128), (128, 0, 0), (192, 192, 128), (128, 64, 128), (60, 40, 222), (128, 128, 0),
    (192, 128, 128), (64, 64, 128), (64, 0, 128), (64, 64, 0), (0, 128, 192),
)  # fmt: skip
"""As in SegNet's figures (Badrinarayanan et al. 2017), which people know this data set by."""

CRACKS = ("background", "crack")

CRACKS_COLORS = ((0, 0, 0), (230, 159, 0))

PARTS = (
    "background", "hair", "face/skin", "upper clothes", "lower clothes", "dress", "shoes", "bag",
    "accessory",
)  # fmt: skip

PARTS_COLORS = (
    (0, 0, 0), (0, 114, 178), (240, 228, 66), (213, 94, 0), (86, 180, 233), (204, 121, 167),
    (0, 158, 115), (230, 159, 0), (255, 255, 255),
)  # fmt: skip
"""Black, the colours of Okabe and Ito 2008, which the colour-blind tell apart, and white."""


@dataclass(frozen=True)
class Masked:
    """Pictures and the class of every pixel.

    Attributes:
        pictures: uint8 `[H, W, 3]` each, RGB.
        masks: uint8 `[H, W]` each: indices into `classes`, or `VOID`.
        classes: their names.
    """

    pictures: list[Pixels]
    masks: list[Pixels]
    classes: tuple[str, ...]


def camvid(data: Path) -> tuple[Masked, Masked]:
    """CamVid (Brostow et al. 2009) in the eleven classes and the split of SegNet, 480x360 pixels.

    Returns:
        `(training, validation)`: 367 and 101 frames.

    Raises:
        FileNotFoundError: `camvid-trainval.tar` is not in the folder.
    """
    sides: dict[str, Masked] = {side: Masked([], [], CAMVID) for side in ("train", "val")}
    for name, image in images(data / "camvid-trainval.tar"):
        side, kind, _ = name.split("/")
        if kind == "images":
            sides[side].pictures.append(np.asarray(image.convert("RGB")))
        else:
            mask = np.asarray(image)
            sides[side].masks.append(np.where(mask < len(CAMVID), mask, VOID).astype(np.uint8))
    return sides["train"], sides["val"]


def cracks(data: Path) -> tuple[Masked, Masked]:
    """CrackForest (Shi et al. 2016): pavement with cracks, 480x320 pixels.

    Returns:
        `(training, validation)`: validation holds every fifth run of ten file numbers, since
        neighbours show the same street.

    Raises:
        FileNotFoundError: `crackforest-train.tar` is not in the folder.
    """
    return _split(data / "crackforest-train.tar", lambda name: int(name[-7:-4]) // 10 % 5 == 2)


def parts(data: Path) -> tuple[Masked, Masked]:
    """Clothing Co-Parsing (Yang et al., CVPR 2014) in nine classes: people in full, 480 high.

    Returns:
        `(training, validation)`: by a hash of the number without its last digit, since pictures
        of neighbouring numbers may show one person.

    Raises:
        FileNotFoundError: `ccp-parts-train.tar` is not in the folder.
    """
    training, validation = Masked([], [], PARTS), Masked([], [], PARTS)
    for name, image in images(data / "ccp-parts-train.tar"):
        kind, file = name.split("/")
        side = validation if _hash(str(int(file[:-4]) // 10)) % 5 == 0 else training
        if kind == "images":
            side.pictures.append(np.asarray(image.convert("RGB")))
        elif kind == "parts9":
            mask = np.asarray(image)
            side.masks.append(np.where(mask < len(PARTS), mask, VOID).astype(np.uint8))
    return training, validation


def _hash(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big")


def _split(archive: Path, held_out: Callable[[str], bool]) -> tuple[Masked, Masked]:
    training, validation = Masked([], [], CRACKS), Masked([], [], CRACKS)
    for name, image in images(archive):
        side = validation if held_out(name) else training
        if name.startswith("images/"):
            side.pictures.append(np.asarray(image.convert("RGB")))
        else:
            side.masks.append((np.asarray(image.convert("L")) > 127).astype(np.uint8))
    return training, validation
