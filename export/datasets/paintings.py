"""Paintings whose style is learned, and the photos that are painted."""

from pathlib import Path

import numpy as np
from PIL import Image

from export.datasets.archive import Pixels, images
from export.datasets.photos import photos

ARCHIVE = "paintings.tar"

STYLES = {
    "great-wave": "hokusai_great_wave_1831",
    "starry-night": "vangogh_starry_night_1889",
    "scream": "munch_scream_1893",
    "udnie": "picabia_udnie_1913",
}
"""What a style is called, and its file."""

SHORTEST = 320
"""Pixels of a painting's shorter side: how large its strokes are in a photo of that size."""


def paintings(data: Path) -> list[Pixels]:
    """The paintings in the order of `STYLES`, uint8 `[H, W, 3]`, RGB.

    Raises:
        FileNotFoundError: `paintings.tar` is not in the folder.
    """
    found = {Path(name).stem: image for name, image in images(data / ARCHIVE)}
    return [resized(found[file]) for file in STYLES.values()]


def painted_photos(data: Path) -> tuple[list[Pixels], list[Pixels]]:
    """Photos divided into training and validation as for super-resolution, at least 256 pixels.

    Raises:
        FileNotFoundError: an archive is not in the folder.
    """
    training, held_out = photos(data)
    small = [
        [resized(Image.fromarray(photo)) for photo in side if min(photo.shape[:2]) >= 150]
        for side in (training, held_out)
    ]
    return small[0], small[1]


def resized(image: Image.Image, shortest: int = SHORTEST) -> Pixels:
    """The picture with its shorter side of that many pixels, RGB."""
    scale = shortest / min(image.size)
    size = round(image.width * scale), round(image.height * scale)
    return np.asarray(image.convert("RGB").resize(size, Image.Resampling.LANCZOS))
