"""Photos without visible compression, for super-resolution."""

from pathlib import Path

import numpy as np
from PIL import Image

from export.datasets.archive import Pixels, images

ARCHIVES = ("sr-train-lossless.tar", "sr-train-bsds399.tar")

BSDS_SCALE = 0.8
"""BSDS500 pictures are JPEGs; making them smaller averages their 8x8 block artefacts away."""


def photos(data: Path) -> tuple[list[Pixels], list[Pixels]]:
    """Photos without visible compression, divided into training and validation.

    Args:
        data: folder that holds `sr-train-lossless.tar` and `sr-train-bsds399.tar`.

    Returns:
        `(training, validation)`: uint8 `[H, W, 3]` each, RGB, sides of 78 to 1000 pixels. Of the
        540 photos 18 are for validation, the same at every call: 8 of `debian/` and 10 of
        `bsds500_test/`. BSDS500's are reduced to `BSDS_SCALE` of their size.

    Raises:
        FileNotFoundError: an archive is not in the folder.
    """
    found = {name: image for archive in ARCHIVES for name, image in images(data / archive)}
    held_out = held_out_photos(list(found))
    training = [_photo(name, image) for name, image in found.items() if name not in held_out]
    return training, [_photo(name, found[name]) for name in held_out]


def held_out_photos(names: list[str]) -> list[str]:
    """The validation photos among names such as `debian/plasma_Path.webp`, evenly spread."""
    debian = sorted(name for name in names if name.startswith("debian/"))
    bsds = sorted(name for name in names if name.startswith("bsds500_test/"))
    return debian[::4][:8] + bsds[::16][:10]


def _photo(name: str, image: Image.Image) -> Pixels:
    if name.startswith("bsds500"):
        width, height = int(image.width * BSDS_SCALE), int(image.height * BSDS_SCALE)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(image.convert("RGB"))
