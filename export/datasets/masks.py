"""Packs of pictures whose every pixel has a class: roads from a car, cracks in asphalt."""

from collections.abc import Callable
from dataclasses import dataclass
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


def _split(archive: Path, held_out: Callable[[str], bool]) -> tuple[Masked, Masked]:
    training, validation = Masked([], [], CRACKS), Masked([], [], CRACKS)
    for name, image in images(archive):
        side = validation if held_out(name) else training
        if name.startswith("images/"):
            side.pictures.append(np.asarray(image.convert("RGB")))
        else:
            side.masks.append((np.asarray(image.convert("L")) > 127).astype(np.uint8))
    return training, validation
