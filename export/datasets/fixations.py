"""OSIE (Xu et al. 2014): where fifteen people looked in photos of many things."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.datasets.archive import Pixels, files, images

ARCHIVE = "osie-train.tar"


@dataclass(frozen=True)
class Watched:
    """Photos and where they were looked at.

    Attributes:
        pictures: uint8 `[600, 800, 3]` each, RGB.
        densities: uint8 `[150, 200]` each: blurred fixations, 255 at the highest place.
        fixations: float `[n, 2]` each: x and y of all fixations, in pixels of the picture.
    """

    pictures: list[Pixels]
    densities: list[Pixels]
    fixations: list[NDArray[np.float64]]


def osie(data: Path) -> tuple[Watched, Watched]:
    """The photos, divided into training and validation.

    Returns:
        `(training, validation)`: every sixth photo in the order of their names is for validation;
        the photos show unrelated scenes.

    Raises:
        FileNotFoundError: `osie-train.tar` is not in the folder.
    """
    archive = data / ARCHIVE
    table = next(content for name, content in files(archive) if name == "fixations.json")
    viewers = json.loads(table)["fixations"]
    entries = {name: np.asarray(image) for name, image in images(archive)}
    names = sorted(name.split("/")[1] for name in entries if name.startswith("images/"))
    sides = (Watched([], [], []), Watched([], [], []))
    for index, name in enumerate(names):
        side = sides[index % 6 == 3]
        side.pictures.append(entries[f"images/{name}"])
        side.densities.append(entries[f"maps_200x150/{Path(name).stem}.png"])
        points = [point[:2] for viewer in viewers[name] for point in viewer]
        side.fixations.append(np.array(points, float).reshape(-1, 2))
    return sides
