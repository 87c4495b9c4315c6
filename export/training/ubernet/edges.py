"""What the head for edges learns: where several people see a border."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from app.imaging.thinning import thinned
from export.datasets.archive import Pixels
from export.datasets.outlines import Outlined, bsds
from export.metrics.soft_boundary import near, summary, tolerance
from export.training.pictures import relit
from export.training.ubernet.lesson import Answer, Lesson

EPOCHS, BATCH = 3, 2
PATCH = 320
"""Side of the parts of pictures that are learned from."""

AGREED = 0.35
"""Share of the annotators that makes a pixel a border; the lines of two seldom meet exactly."""


def lesson(data: Path) -> Lesson:
    """Patches of BSDS500, turned and mirrored."""
    return lesson_of(*bsds(data))


def lesson_of(training: Outlined, validation: Outlined, patch: int = PATCH) -> Lesson:
    """The same on given pictures."""

    def loss(answer: Answer, generator: np.random.Generator) -> Tensor:
        picked = generator.choice(len(training.pictures), BATCH, replace=False)
        seen = [
            _patch(training.pictures[i], training.annotators[i], patch, generator) for i in picked
        ]
        pictures, agreed = (np.stack(side) for side in zip(*seen, strict=True))
        return loss_of(answer(pictures)[:, 0].float(), torch.from_numpy(agreed))

    return Lesson(
        outputs=1,
        loss=loss,
        validate=lambda answer: validate(answer, validation),
        steps=EPOCHS * len(training.pictures) // BATCH,
    )


def _patch(
    picture: Pixels, annotators: NDArray[np.bool_], side: int, generator: np.random.Generator
) -> tuple[Pixels, NDArray[np.float32]]:
    """A part of a picture, and the share of the annotators that see a border at each pixel."""
    top, left = (int(generator.integers(room - side + 1)) for room in picture.shape[:2])
    cut = np.s_[top : top + side, left : left + side]
    pixels = picture[cut]
    agreed = annotators[:, cut[0], cut[1]].mean(0, dtype=np.float32)
    turns, mirrored = int(generator.integers(4)), generator.random() < 0.5
    pixels, agreed = np.rot90(pixels, turns), np.rot90(agreed, turns)
    if mirrored:
        pixels, agreed = pixels[:, ::-1], agreed[:, ::-1]
    return relit(pixels, generator), agreed


def loss_of(logits: Tensor, agreed: Tensor) -> Tensor:
    """Class-balanced cross-entropy (Xie and Tu 2015) + Dice (Deng et al., ECCV 2018).

    Args:
        logits: `[N, H, W]`.
        agreed: share of the annotators `[N, H, W]`; between none and `AGREED` is not counted.
    """
    border = (agreed >= AGREED).float()
    counted = ((agreed == 0) | (agreed >= AGREED)).float()
    borders = border.sum()
    share = borders / counted.sum()
    weight = counted * torch.where(border > 0, 1 - share, 1.1 * share)
    entropy = F.binary_cross_entropy_with_logits(logits, border, weight, reduction="sum")
    found = logits.sigmoid() * counted
    dice = 1 - 2 * (found * border).sum() / (found.square().sum() + borders + 1)
    return entropy / weight.sum() + dice


def validate(answer: Answer, validation: Outlined) -> dict[str, float]:
    """ODS, OIS and AP by distance, on every fourth photo, cut to multiples of 32."""
    curves = []
    for picture, annotators in zip(
        validation.pictures[::4], validation.annotators[::4], strict=True
    ):
        high, wide = (side // 32 * 32 for side in picture.shape[:2])
        strength = answer(picture[None, :high, :wide])[0, 0].sigmoid().float().numpy()
        drawn = annotators[:, :high, :wide]
        curves.append(near(thinned(strength), drawn, tolerance(picture.shape)))
    return summary(curves)
