"""What the head for normals learns: which way surfaces face, from a walk with a depth camera."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from export.datasets.archive import Pixels
from export.datasets.rooms import Surfaces, room
from export.metrics.normals import angles, summary
from export.training.pictures import relit
from export.training.ubernet.lesson import HEIGHT, WIDTH, Answer, Lesson, padded

EPOCHS, BATCH = 20, 2
STRIDE = 4
"""Normals are learned on a grid so many times coarser than the pictures."""


def lesson(data: Path) -> Lesson:
    """Parts of the frames, mirrored."""
    return lesson_of(*room(data))


def lesson_of(
    training: Surfaces, validation: Surfaces, size: tuple[int, int] = (HEIGHT, WIDTH)
) -> Lesson:
    """The same on given frames, brought to a height and a width."""

    def loss(answer: Answer, generator: np.random.Generator) -> Tensor:
        picked = generator.choice(len(training.pictures), BATCH, replace=False)
        seen = [_part(training.pictures[i], training.normals[i], size, generator) for i in picked]
        pictures, known = (np.stack(side) for side in zip(*seen, strict=True))
        return loss_of(answer(pictures).float(), torch.from_numpy(known))

    return Lesson(
        outputs=3,
        loss=loss,
        validate=lambda answer: validate(answer, validation, max(size)),
        steps=EPOCHS * len(training.pictures) // BATCH,
    )


def _part(
    picture: Pixels,
    normals: NDArray[np.float32],
    size: tuple[int, int],
    generator: np.random.Generator,
) -> tuple[Pixels, NDArray[np.float32]]:
    """A part of a frame, three quarters of its width or more, mirrored and lit at random."""
    high, wide = picture.shape[:2]
    width = wide * generator.uniform(0.75, 1)
    height = min(high, width * size[0] / size[1])
    left, top = generator.uniform(0, wide - width), generator.uniform(0, high - height)
    box = (left, top, left + width, top + height)
    whole = Image.fromarray(picture).resize(size[::-1], Image.Resampling.BILINEAR, box)
    rows = (top + (np.arange(size[0] // STRIDE) + 0.5) * STRIDE * height / size[0]).astype(int)
    columns = (left + (np.arange(size[1] // STRIDE) + 0.5) * STRIDE * width / size[1]).astype(int)
    pixels, known = np.asarray(whole), normals[rows][:, columns]
    if generator.random() < 0.5:
        pixels, known = pixels[:, ::-1], known[:, ::-1] * np.array([-1, 1, 1], np.float32)
    return relit(pixels, generator), known


def loss_of(found: Tensor, known: Tensor) -> Tensor:
    """Mean of 1 - cosine over the places that are known.

    Args:
        found: `[N, 3, h, w]` of any length.
        known: `[N, h, w, 3]`, zero where it is not known.
    """
    cosines = (F.normalize(found, dim=1).permute(0, 2, 3, 1) * known).sum(3)
    where = known.square().sum(3) > 0.5
    return (1 - cosines[where]).mean()


def validate(answer: Answer, validation: Surfaces, longest: int) -> dict[str, float]:
    """Degrees by which the held-out frames' normals are off, over all pixels that are known."""
    found = []
    for picture, known in zip(validation.pictures, validation.normals, strict=True):
        high, wide = known.shape[:2]
        size = longest, longest * high // wide
        whole = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR))
        batch = padded(whole)
        maps = F.interpolate(answer(batch).float(), size=batch.shape[1:3], mode="bilinear")
        maps = F.interpolate(maps[:, :, : size[1], : size[0]], size=(high, wide), mode="bilinear")
        found.append(angles(maps[0].permute(1, 2, 0).numpy(), known))
    return summary(np.concatenate(found))
