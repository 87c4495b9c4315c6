"""What the heads for parts and for roads learn: the class of every pixel."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from app.imaging.palette import VOID
from export.datasets import masks
from export.datasets.masks import Masked
from export.metrics.segmentation import confusion, iou
from export.training.patches import Stage, patch
from export.training.segmentation import class_weights
from export.training.ubernet.lesson import Answer, Lesson, padded

PARTS = Stage(24, (416, 320), (0.85, 1.25))
ROADS = Stage(2, (288, 384), (0.7, 1.2))
"""Few epochs: the head begins as that of resnet-camvid."""

BATCH = 4

BALANCE = 1.1
"""How little classes are weighted, see `class_weights`."""


def parts(data: Path) -> Lesson:
    """Parts of people from photos of people in full."""
    return lesson_of(*masks.parts(data), PARTS, 3e-3)


def roads(data: Path) -> Lesson:
    """The eleven things of CamVid."""
    return lesson_of(*masks.camvid(data), ROADS, 1e-3)


def lesson_of(training: Masked, validation: Masked, stage: Stage, rate: float) -> Lesson:
    """The same on given pictures."""
    weights = class_weights(training, BALANCE)

    def loss(answer: Answer, generator: np.random.Generator) -> Tensor:
        picked = generator.choice(len(training.pictures), BATCH, replace=False)
        seen = [patch(training, i, stage, True, generator) for i in picked]
        pictures, targets = (np.stack(side) for side in zip(*seen, strict=True))
        logits = F.interpolate(answer(pictures).float(), size=pictures.shape[1:3], mode="bilinear")
        wanted = torch.from_numpy(targets.astype(np.int64))
        return F.cross_entropy(logits, wanted, weights, ignore_index=VOID)

    return Lesson(
        outputs=len(training.classes),
        loss=loss,
        validate=lambda answer: validate(answer, validation),
        steps=stage.epochs * len(training.pictures) // BATCH,
        rate=rate,
    )


def validate(answer: Answer, validation: Masked) -> dict[str, float]:
    """Mean intersection over union of every third held-out picture, at its own size."""
    classes = len(validation.classes)
    total = np.zeros((classes, classes + 1), np.int64)
    for picture, mask in zip(validation.pictures[::3], validation.masks[::3], strict=True):
        batch = padded(picture)
        maps = F.interpolate(answer(batch).float(), size=batch.shape[1:3], mode="bilinear")
        found = maps[0].argmax(0).numpy().astype(np.uint8)[: mask.shape[0], : mask.shape[1]]
        total += confusion(mask, found, classes)
    return {"miou": float(np.nanmean(iou(total)))}
