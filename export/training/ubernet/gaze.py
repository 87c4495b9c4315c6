"""What the head for saliency learns: where people look, as resnet-saliency did."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from export.datasets.archive import Pixels
from export.datasets.fixations import Watched, osie
from export.metrics import saliency as metrics
from export.training.saliency import GRID, loss_of, scenes
from export.training.ubernet.lesson import Answer, Lesson

EPOCHS, BATCH = 2, 4
"""Few epochs: the head begins as that of resnet-saliency."""

WIDTH, HEIGHT = 480, 360
"""Of the pictures, as the network is served with them."""


def lesson(data: Path) -> Lesson:
    """OSIE's photos, mirrored."""
    return lesson_of(*osie(data))


def lesson_of(training: Watched, validation: Watched) -> Lesson:
    """The same on given pictures of 4:3."""
    learned = scenes(training, (WIDTH, HEIGHT))

    def loss(answer: Answer, generator: np.random.Generator) -> Tensor:
        picked = generator.choice(len(learned.pictures), BATCH, replace=False)
        mirrored = generator.random(BATCH) < 0.5
        pictures, densities, fixations = (
            np.stack(
                [side[i][:, ::-1] if m else side[i] for i, m in zip(picked, mirrored, strict=True)]
            )
            for side in (learned.pictures, learned.densities, learned.fixations)
        )
        found = log_density(answer, pictures)
        return loss_of(found, torch.from_numpy(densities), torch.from_numpy(fixations))

    return Lesson(
        outputs=1,
        loss=loss,
        validate=lambda answer: validate(answer, validation),
        steps=EPOCHS * len(training.pictures) // BATCH,
        rate=1e-3,
    )


def log_density(answer: Answer, pictures: Pixels) -> Tensor:
    """Logarithm of where people look, `[N, *GRID]`, of pictures `[N, HEIGHT, WIDTH, 3]`."""
    height, width = pictures.shape[1:3]
    below, right = -height % 32, -width % 32
    batch = np.pad(pictures, ((0, 0), (0, below), (0, right), (0, 0)), mode="edge")
    whole = (GRID[0] * batch.shape[1] // height, GRID[1] * batch.shape[2] // width)
    maps = F.interpolate(answer(batch).float(), size=whole, mode="bilinear")
    return maps[:, 0, : GRID[0], : GRID[1]].flatten(1).log_softmax(1).view(-1, *GRID)


def validate(answer: Answer, validation: Watched) -> dict[str, float]:
    """NSS, CC and KLD on every fourth held-out picture, on the maps' grid of 200x150."""
    found: list[dict[str, float]] = []
    sides = (validation.pictures, validation.densities, validation.fixations)
    triples = zip(*(side[::4] for side in sides), strict=True)
    for picture, density, points in triples:
        small = Image.fromarray(picture).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
        grid = log_density(answer, np.asarray(small)[None]).exp()[0].numpy()
        size = density.shape[::-1]
        maps = np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC)).clip(0)
        places = points * (density.shape[1] / picture.shape[1])
        found.append(
            {
                "nss": metrics.nss(maps, places),
                "cc": metrics.cc(maps, density),
                "kld": metrics.kld(maps, density),
            }
        )
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}
