"""Random parts of pictures whose every pixel has a class."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from export.datasets.archive import Pixels
from export.datasets.masks import Masked
from export.training.pictures import relit


@dataclass(frozen=True)
class Stage:
    """A part of a training.

    Attributes:
        epochs: as many patches are seen as `epochs` times the training pictures.
        patch: height and width of the patches.
        scale: smallest and largest factor that a picture is resized by before.
    """

    epochs: int
    patch: tuple[int, int]
    scale: tuple[float, float]


def patch(
    training: Masked, index: int, stage: Stage, upright: bool, generator: np.random.Generator
) -> tuple[Pixels, Pixels]:
    """A random part of a picture and its mask, resized, mirrored and lit at random."""
    high, wide = training.masks[index].shape
    scale = generator.uniform(*stage.scale)
    height, width = (max(1, round(side / scale)) for side in stage.patch)
    height, width = min(height, high), min(width, wide)
    top, left = (int(generator.integers(room + 1)) for room in (high - height, wide - width))
    box = (left, top, left + width, top + height)
    size = stage.patch[::-1]
    picture = Image.fromarray(training.pictures[index])
    pixels = np.asarray(picture.resize(size, Image.Resampling.BILINEAR, box))
    mask = Image.fromarray(training.masks[index])
    labels = np.asarray(mask.resize(size, Image.Resampling.NEAREST, box))
    if generator.random() < 0.5:
        pixels, labels = pixels[:, ::-1], labels[:, ::-1]
    if not upright:
        turns = int(generator.integers(4)) if size[0] == size[1] else 2 * int(generator.integers(2))
        pixels, labels = np.rot90(pixels, turns), np.rot90(labels, turns)
    return relit(pixels, generator), labels
