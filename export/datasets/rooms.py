"""A walk through a room with a depth camera: which way each visible surface faces."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.datasets.archive import Pixels, images

ARCHIVE = "rgbd-normals-train.tar"

HELD_OUT_FROM = 400
"""Frames of the walk from this one on are for validation."""


@dataclass(frozen=True)
class Surfaces:
    """Pictures and the normals of what they show.

    Attributes:
        pictures: uint8 `[240, 320, 3]` each, RGB.
        normals: float32 `[240, 320, 3]` each: unit vectors, x right, y down, z forward, towards
            the camera along the ray through the pixel, so z is nearly always below 0; all zero
            where it is not known.
    """

    pictures: list[Pixels]
    normals: list[NDArray[np.float32]]


def room(data: Path) -> tuple[Surfaces, Surfaces]:
    """The 40 frames, divided at one place of the walk, since neighbours show the same.

    Returns:
        `(training, validation)`: the last part of the walk is for validation.

    Raises:
        FileNotFoundError: `rgbd-normals-train.tar` is not in the folder.
    """
    entries = {
        name: np.asarray(image.convert("RGB"))
        for name, image in images(data / ARCHIVE)
        if name.startswith(("rgb/", "normals/"))
    }
    sides = (Surfaces([], []), Surfaces([], []))
    for name in sorted(name for name in entries if name.startswith("rgb/")):
        frame = Path(name).stem
        side = sides[int(frame.split("-")[1]) >= HELD_OUT_FROM]
        side.pictures.append(entries[name])
        side.normals.append(unit(entries[f"normals/{frame}.png"]))
    return sides


def unit(colours: Pixels) -> NDArray[np.float32]:
    """Unit normals `[H, W, 3]` of colours `(n + 1) * 127.5`; black, the unknown, becomes zero."""
    vectors = colours.astype(np.float32) / np.float32(127.5) - 1
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    return np.where(colours.any(2, keepdims=True), vectors, np.float32(0))
