"""BSDS500 (Arbelaez et al. 2011): the borders that several people drew in photos."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.datasets.archive import Pixels, images

PICTURES, ANNOTATIONS = "sr-train-bsds399.tar", "bsds500-gt-traintest.tar"


@dataclass(frozen=True)
class Outlined:
    """Photos and the borders in them.

    Attributes:
        pictures: uint8 `[H, W, 3]` each, RGB, 481x321 or 321x481.
        annotators: bool `[A, H, W]` each: true on the border, one map a person, 4 to 9 of them.
    """

    pictures: list[Pixels]
    annotators: list[NDArray[np.bool_]]


def bsds(data: Path) -> tuple[Outlined, Outlined]:
    """The 399 photos of BSDS500's train and test sides, divided anew.

    Returns:
        `(training, validation)`: every fifth of the test side, in the order of the names, is for
        validation; the photos show unrelated scenes. BSDS500's own validation side is in neither.

    Raises:
        FileNotFoundError: an archive is not in the folder.
    """
    photos = {
        name.removeprefix("bsds500_").removesuffix(".jpg"): np.asarray(image.convert("RGB"))
        for name, image in images(data / PICTURES)
    }
    drawn = {}
    for name, image in images(data / ANNOTATIONS):
        side, kind, file = name.split("/")
        if kind == "annotators":
            drawn[f"{side}/{Path(file).stem}"] = np.asarray(image.convert("L")) > 127
    held_out = sorted(name for name in drawn if name.startswith("test/"))[::5]
    sides = (Outlined([], []), Outlined([], []))
    for name in sorted(drawn):
        picture, outlined = photos[name], sides[name in held_out]
        outlined.pictures.append(picture)
        outlined.annotators.append(drawn[name].reshape(-1, *picture.shape[:2]))
    return sides
