"""What the head for semantic boundaries learns: where each of CamVid's classes ends."""

from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from app.imaging.palette import VOID
from export.datasets import masks
from export.datasets.masks import Masked
from export.metrics.contours import contours, of_classes
from export.metrics.soft_boundary import THRESHOLDS
from export.training.patches import Stage, patch
from export.training.ubernet.lesson import Answer, Lesson, padded

STAGE = Stage(3, (288, 384), (0.9, 1.2))
BATCH = 3

TOLERANCE = 2.0
"""Pixels that a border may be off."""


def lesson(data: Path) -> Lesson:
    """The borders of CamVid's labels."""
    return lesson_of(*masks.camvid(data))


def lesson_of(training: Masked, validation: Masked, stage: Stage = STAGE) -> Lesson:
    """The same on given pictures."""
    classes = len(training.classes)

    def loss(answer: Answer, generator: np.random.Generator) -> Tensor:
        picked = generator.choice(len(training.pictures), BATCH, replace=False)
        seen = [patch(training, i, stage, True, generator) for i in picked]
        pictures = np.stack([pixels for pixels, _ in seen])
        borders = np.stack([contours(mask, classes) for _, mask in seen])
        known = np.stack([mask != VOID for _, mask in seen])
        logits = F.interpolate(answer(pictures).float(), size=known.shape[1:], mode="bilinear")
        return loss_of(logits, torch.from_numpy(borders), torch.from_numpy(known))

    return Lesson(
        outputs=classes,
        loss=loss,
        validate=lambda answer: validate(answer, validation),
        steps=stage.epochs * len(training.pictures) // BATCH,
    )


def loss_of(logits: Tensor, borders: Tensor, known: Tensor) -> Tensor:
    """Cross-entropy in which borders count fivefold, and Dice of each class.

    Args:
        logits: `[N, C, H, W]`.
        borders: bool, likewise.
        known: bool `[N, H, W]`, false where the class is void: not counted.
    """
    wanted, counted = borders.float(), known[:, None].float()
    weight = counted * (1 + 4 * wanted)  # borders are one pixel in fifty
    entropy = F.binary_cross_entropy_with_logits(logits, wanted, weight, reduction="sum")
    found = logits.sigmoid() * counted
    common = (found * wanted).sum((0, 2, 3))
    size = (found.square() + wanted * counted).sum((0, 2, 3))
    present = borders.any(3).any(2).any(0)
    dice = (1 - 2 * common / (size + 1))[present].sum() / present.sum().clamp(min=1)
    return 5 * entropy / weight.sum().clamp(min=1) + dice


def validate(answer: Answer, validation: Masked) -> dict[str, float]:
    """Class-mean F at the one threshold that is best, on every sixth picture at its own size."""
    curves = []
    for picture, mask in zip(validation.pictures[::6], validation.masks[::6], strict=True):
        batch = padded(picture)
        maps = F.interpolate(answer(batch).float(), size=batch.shape[1:3], mode="bilinear")
        soft = maps[0].sigmoid().numpy()[:, : mask.shape[0], : mask.shape[1]]
        curves.append(of_classes(soft, mask, TOLERANCE))
    each = np.stack([reduce(add, of_class).f1 for of_class in zip(*curves, strict=True)])
    best = int(each.mean(0).argmax())
    return {"f1": float(each.mean(0)[best]), "threshold": float(THRESHOLDS[best])}
