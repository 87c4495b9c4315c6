"""The recipe of resnet-saliency: where people look, learned from OSIE's fixations."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from export.architectures.resnet_dense import ResNetDense
from export.architectures.resnet_thin import MEAN, STD
from export.datasets.archive import Pixels
from export.datasets.fixations import Watched, osie
from export.metrics import saliency as metrics
from export.sources.open_nsfw import encoder
from export.training.pictures import normalise
from export.training.run import Training
from export.training.schedule import one_cycle

NAME = "resnet-saliency"
EPOCHS = 14
BATCH = 8
WIDTH, HEIGHT = 320, 240
"""Of the pictures while training; the model is served with the same longest side."""
GRID = (60, 80)
"""Height and width of the maps that the loss compares."""


@dataclass(frozen=True)
class Scenes:
    """Pictures with what the loss compares.

    Attributes:
        pictures: uint8 `[N, HEIGHT, WIDTH, 3]`, unless other sides were asked for.
        densities: float32 `[N, *GRID]`, each sums to 1.
        fixations: float32 `[N, *GRID]`, how often each cell was looked at.
    """

    pictures: Pixels
    densities: NDArray[np.float32]
    fixations: NDArray[np.float32]


def recipe(data: Path, runs: Path, share: float = 1.0, seed: int = 0) -> Training:
    """AdamW under a one-cycle rate, a tenth of it for the encoder; see `loss_of` for the loss.

    Args:
        data: folder of the training archive.
        runs: folder where the encoder's weights are kept for next time.
        share: of `EPOCHS`.
        seed: of the decoder's first weights, the order and the mirroring.
    """
    training, validation = osie(data)
    torch.manual_seed(seed)
    model = ResNetDense(1, stages=(1, 2, 3), width=64, prior=True)
    model.encoder.load_state_dict(encoder(runs).state_dict())
    return training_of(model, training, validation, share, seed)


def training_of(
    model: ResNetDense, training: Watched, validation: Watched, share: float = 1.0, seed: int = 0
) -> Training:
    """The recipe on given pictures."""
    learned, measured = scenes(training), scenes(validation)
    model = model.to(memory_format=torch.channels_last)
    encoder_parameters = list(model.encoder.parameters())
    own = [p for name, p in model.named_parameters() if not name.startswith("encoder.")]
    groups = [{"params": encoder_parameters, "lr": 1.5e-4}, {"params": own, "lr": 1.5e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=1e-2)
    batches = len(learned.pictures) // BATCH
    steps = max(1, round(share * EPOCHS * batches))

    def loss(step: int) -> Tensor:
        epoch, batch = divmod(step, batches)
        order = np.random.default_rng([seed, epoch]).permutation(len(learned.pictures))
        picked = order[batch * BATCH : (batch + 1) * BATCH]
        mirrored = np.random.default_rng([seed, epoch, batch]).random(BATCH) < 0.5
        pictures, densities, fixations = (
            np.stack(
                [side[i][:, ::-1] if m else side[i] for i, m in zip(picked, mirrored, strict=True)]
            )
            for side in (learned.pictures, learned.densities, learned.fixations)
        )
        found = log_density(model, pictures)
        return loss_of(found, torch.from_numpy(densities), torch.from_numpy(fixations))

    return Training(
        network=model,
        optimizer=optimizer,
        schedule=LambdaLR(optimizer, lambda step: one_cycle(step / steps)),
        loss=loss,
        validate=lambda model: validate(model, measured, validation),
        steps=steps,
        validate_every=batches,
        clip=5.0,
    )


def scenes(watched: Watched, size: tuple[int, int] | None = None) -> Scenes:
    """Reduce pictures to a width and height, those of the lesson, and maps to the loss's grid."""
    size = size or (WIDTH, HEIGHT)
    bilinear = Image.Resampling.BILINEAR
    pictures = np.stack(
        [np.asarray(Image.fromarray(p).resize(size, bilinear)) for p in watched.pictures]
    )
    densities, fixations = [], []
    for picture, density, points in zip(
        watched.pictures, watched.densities, watched.fixations, strict=True
    ):
        small = Image.fromarray(density).convert("F").resize(GRID[::-1], Image.Resampling.BOX)
        values = np.maximum(np.asarray(small), 0)
        densities.append(values / values.sum())
        high, wide = picture.shape[:2]
        cells = [[0, high], [0, wide]]
        counts, _, _ = np.histogram2d(points[:, 1], points[:, 0], bins=GRID, range=cells)
        fixations.append(counts)
    return Scenes(pictures, np.array(densities, np.float32), np.array(fixations, np.float32))


def log_density(model: nn.Module, pictures: Pixels) -> Tensor:
    """Logarithm of where people look, `[N, *GRID]`, of pictures `[N, HEIGHT, WIDTH, 3]`."""
    below, right = -HEIGHT % ResNetDense.multiple, -WIDTH % ResNetDense.multiple
    padded = np.pad(pictures, ((0, 0), (0, below), (0, right), (0, 0)), mode="edge")
    logits = model(normalise(padded, MEAN, STD))
    whole = (GRID[0] * padded.shape[1] // HEIGHT, GRID[1] * padded.shape[2] // WIDTH)
    maps = F.interpolate(logits, size=whole, mode="bilinear")[:, 0, : GRID[0], : GRID[1]]
    return maps.flatten(1).log_softmax(1).view(-1, *GRID)


def loss_of(found: Tensor, densities: Tensor, fixations: Tensor) -> Tensor:
    """KL divergence - CC / 2 - NSS / 10; Droste et al., ECCV 2020, weigh the same three otherwise.

    Args:
        found: log density `[N, h, w]`.
        densities: `[N, h, w]`, each sums to 1.
        fixations: counts `[N, h, w]`.
    """
    kl = (densities * ((densities + 1e-9).log() - found)).sum((1, 2))
    predicted = found.exp()
    standard = _standard(predicted)
    cc = (standard * _standard(densities)).mean((1, 2))
    nss = (standard * fixations).sum((1, 2)) / fixations.sum((1, 2)).clamp(min=1)
    return (kl - 0.5 * cc - 0.1 * nss).mean()


def _standard(maps: Tensor) -> Tensor:
    """Mean 0 and standard deviation 1, each map by itself."""
    centred = maps - maps.mean((1, 2), keepdim=True)
    return centred / (centred.square().mean((1, 2), keepdim=True).sqrt() + 1e-9)


def validate(model: nn.Module, measured: Scenes, watched: Watched) -> dict[str, float]:
    """NSS, CC and KLD on held-out pictures, on the maps' grid of 200x150."""
    found: list[dict[str, float]] = []
    for small, picture, density, points in zip(
        measured.pictures, watched.pictures, watched.densities, watched.fixations, strict=True
    ):
        grid = log_density(model, small[None]).exp()[0].numpy()
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
