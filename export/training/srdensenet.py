"""The recipe of srdensenet-x4: a compact SRDenseNet, trained on small patches of photos."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from export.architectures.srdensenet import SRDenseNet, compact
from export.datasets.archive import Pixels
from export.datasets.photos import photos
from export.training.run import Training
from export.training.schedule import moving_average

NAME = "srdensenet-x4"
SCALE = SRDenseNet.scale
CYCLES = ((8_500, 1e-3), (10_500, 7e-4))
"""Steps and peak learning rate of each cycle (Loshchilov and Hutter 2017, arXiv 1608.03983)."""
STEPS = sum(steps for steps, _ in CYCLES)
BATCH = 16
PATCH = 32
"""Side of a patch of the small picture."""

Pair = tuple[Pixels, Pixels]
"""Luma of a photo reduced four times, uint8 `[h, w]`, and of itself, uint8 `[4 h, 4 w]`."""


def recipe(data: Path, share: float = 1.0, seed: int = 0) -> Training:
    """L1 loss, Adam whose rate falls as a cosine, a moving average of the weights.

    Args:
        data: folder of the training archives.
        share: of `STEPS`.
        seed: of the first weights and all batches.
    """
    training, validation = ([pair(photo) for photo in side] for side in photos(data))
    return training_of(training, validation, max(1, round(share * STEPS)), seed)


def training_of(
    training: Sequence[Pair], validation: Sequence[Pair], steps: int, seed: int = 0
) -> Training:
    """The recipe on given pictures; those smaller than a patch are left out."""
    training = [small_large for small_large in training if min(small_large[0].shape) >= PATCH]
    areas = np.array([small.size for small, _ in training], float)
    # Between picking each photo and each pixel equally often: large photos are not much richer.
    chances = np.sqrt(areas) / np.sqrt(areas).sum()
    torch.manual_seed(seed)
    model = compact().to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1.0)

    def loss(step: int) -> Tensor:
        generator = np.random.default_rng([seed, step])
        picked = generator.choice(len(training), BATCH, p=chances)
        patches = [patch(training[index], generator) for index in picked]
        small, large = (unit(np.stack(side)) for side in zip(*patches, strict=True))
        return F.l1_loss(model(small), large)

    return Training(
        network=model,
        optimizer=optimizer,
        schedule=torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: rate(step * STEPS / steps)
        ),
        loss=loss,
        validate=lambda model: validate(model, validation),
        steps=steps,
        validate_every=500,
        average=AveragedModel(model, avg_fn=moving_average(0.999)),
        clip=1.0,
    )


def rate(step: float) -> float:
    """Learning rate of a step of `STEPS`: in each cycle a short rise, then half a cosine down."""
    for length, peak in CYCLES:
        if step < length:
            warm_up = min(1.0, (step + 1) / 200)
            return peak * warm_up * (0.5 + 0.5 * math.cos(math.pi * step / length)) + 1e-6
        step -= length
    return 1e-6


def pair(photo: Pixels) -> Pair:
    """Make the task: the photo's sides cut to multiples of 4, reduced by Pillow's `BICUBIC`, which
    smooths first as MATLAB's does; then full-range luma (Pillow's `YCbCr`) of both.

    Args:
        photo: uint8 `[H, W, 3]`, RGB.
    """
    high, wide = (side // SCALE for side in photo.shape[:2])
    large = Image.fromarray(photo[: high * SCALE, : wide * SCALE])
    small = large.resize((wide, high), Image.Resampling.BICUBIC)
    return np.asarray(small.convert("YCbCr"))[..., 0], np.asarray(large.convert("YCbCr"))[..., 0]


def patch(images: Pair, generator: np.random.Generator) -> Pair:
    """The same random place of both, in one of eight orientations."""
    small, large = images
    top, left = (int(generator.integers(side - PATCH + 1)) for side in small.shape)
    small = small[top : top + PATCH, left : left + PATCH]
    top, left, side = SCALE * top, SCALE * left, SCALE * PATCH
    large = large[top : top + side, left : left + side]
    turns, mirrored = int(generator.integers(4)), generator.integers(2)
    if mirrored:
        small, large = small.T, large.T
    return np.rot90(small, turns), np.rot90(large, turns)


def unit(luma: Pixels) -> Tensor:
    """From uint8 `[N, H, W]` to float `[N, 1, H, W]` in 0..1."""
    return torch.from_numpy(luma[:, None] / np.float32(255))


def psnr(found: NDArray[np.floating], right: Pixels) -> float:
    """Peak signal-to-noise ratio in dB as papers report it, without a border as wide as the scale.

    They measure BT.601 studio-range luma, `(65.481 R + 128.553 G + 24.966 B) / 255 + 16`, in which
    the 255 steps of full-range luma are 219.

    Args:
        found: full-range luma `[H, W]` in 0..255.
        right: likewise.
    """
    difference = (found - right.astype(float))[SCALE:-SCALE, SCALE:-SCALE] * (219 / 255)
    return float(10 * np.log10(255**2 / np.mean(difference**2)))


def validate(model: nn.Module, pairs: Sequence[Pair]) -> dict[str, float]:
    """Mean PSNR in dB of the network (`psnr_y`) and of bicubic enlargement, both in 8 bits."""
    ours, bicubic = [], []
    for small, large in pairs:
        answer = model(unit(small[None])).clamp(0, 1)[0, 0].numpy() * 255
        ours.append(psnr(np.rint(answer), large))
        size = large.shape[1], large.shape[0]
        enlarged = Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
        bicubic.append(psnr(np.asarray(enlarged).astype(float), large))
    return {"psnr_y": float(np.mean(ours)), "psnr_y_bicubic": float(np.mean(bicubic))}
