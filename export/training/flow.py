"""The recipe of densenet-flow: pairs made of photos, the error of every scale's flow."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel

from export.architectures.densenet_flow import DenseNetFlow
from export.datasets import pairs
from export.datasets.archive import Pixels
from export.datasets.pairs import Pair
from export.training.pictures import normalise
from export.training.run import Training
from export.training.schedule import level_then_down, moving_average

NAME = "densenet-flow"

STEPS = 1250
BATCH = 4
RATE = 6e-4
SIZE = (192, 256)
"""Height and width of the pairs learned from."""

LEVELS = {"easy": 0.25, "medium": 0.35, "rigid": 0.3, "hard": 0.1}
"""How often each is made."""

SHARES = (0.1, 0.1, 0.15, 0.25, 1.0)
"""Of the scales in the loss, the coarsest first; the last is that of the pictures."""


def recipe(data: Path, _: Path, share: float = 1.0, seed: int = 0) -> Training:
    """AdamW, a rate that rises, stays and falls, averaged weights.

    Args:
        data: folder of the training archives.
        _: the folder of results; nothing is downloaded.
        share: of the steps.
        seed: of the first weights and of all pairs.
    """
    training, held_out = pairs.photos(data)
    steps = round(STEPS * share)
    return training_of(training, pairs.measured(held_out), pairs.samples(data), steps, seed)


def training_of(
    photos: Sequence[Pixels],
    made: Sequence[Pair],
    samples: Sequence[Pair],
    steps: int,
    seed: int = 0,
) -> Training:
    """The recipe on given photos; `made` and `samples` are measured separately."""
    torch.manual_seed(seed)
    model = DenseNetFlow().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=1e-4)

    def loss(step: int) -> Tensor:
        generator = np.random.default_rng([seed, step])
        levels = generator.choice(list(LEVELS), BATCH, p=list(LEVELS.values()))
        seen = [pairs.make(photos, str(level), SIZE, generator) for level in levels]
        lit = [_lit(pair, generator) for pair in seen]
        first, second = (normalise(np.stack(side)) for side in zip(*lit, strict=True))
        wanted = torch.from_numpy(np.stack([pair.flow for pair in seen])).permute(0, 3, 1, 2)
        return loss_of(model.all_scales(first, second), wanted)

    return Training(
        network=model,
        optimizer=optimizer,
        schedule=LambdaLR(optimizer, lambda step: level_then_down(step, steps)),
        loss=loss,
        validate=lambda model: {
            **validate(model, made),
            **{f"sample_{name}": value for name, value in validate(model, samples).items()},
        },
        steps=steps,
        validate_every=250,
        average=AveragedModel(model, avg_fn=moving_average(0.995), use_buffers=True),
        clip=1.0,
    )


def loss_of(found: Sequence[Tensor], wanted: Tensor) -> Tensor:
    """Mean end-point error of every scale in pixels of the pictures, weighed by `SHARES`.

    Args:
        found: flow of each scale in its own pixels, the coarsest first.
        wanted: `[N, 2, H, W]`.
    """
    total = wanted.new_zeros(())
    for flow, share in zip(found, SHARES, strict=True):
        factor = wanted.shape[-1] // flow.shape[-1]
        truth = F.avg_pool2d(wanted, factor) if factor > 1 else wanted
        apart = (flow * factor - truth).square().sum(1)
        total = total + share * (apart + 1e-4).sqrt().mean()
    return total


def _lit(pair: Pair, generator: np.random.Generator) -> tuple[Pixels, Pixels]:
    """The two pictures as a camera and a file would change them, the second a little otherwise."""
    contrast, brightness = generator.uniform(0.7, 1.3), generator.uniform(-25, 25)
    tint = generator.uniform(0.9, 1.1, 3)
    noise = generator.uniform(0, 6) if generator.random() < 0.5 else 0.0
    quality = int(generator.integers(60, 96)) if generator.random() < 0.6 else None
    blur = generator.random() < 0.15
    sides = []
    for pixels in (pair.first, pair.second):
        gain = contrast * tint * generator.uniform(0.95, 1.05, 3) * generator.uniform(0.95, 1.05)
        values = (pixels.astype(np.float32) - 128) * gain.astype(np.float32) + 128
        values += np.float32(brightness + generator.uniform(-6, 6))
        if noise:
            values += generator.standard_normal(values.shape, np.float32) * np.float32(noise)
        lit = np.clip(values, 0, 255).astype(np.uint8)
        if blur:
            lit = _blurred(lit, int(generator.integers(1, 4)), int(generator.integers(2)))
        sides.append(lit if quality is None else _compressed(lit, quality))
    return sides[0], sides[1]


def _blurred(pixels: Pixels, reach: int, axis: int) -> Pixels:
    """As if the camera had moved by a few pixels while the picture was taken."""
    shifted = [np.roll(pixels, shift, axis).astype(np.uint16) for shift in range(-reach, reach + 1)]
    return np.asarray(sum(shifted) // len(shifted), np.uint8)


def _compressed(pixels: Pixels, quality: int) -> Pixels:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def validate(model: nn.Module, measured: Sequence[Pair]) -> dict[str, float]:
    """Mean end-point error by level."""
    errors: dict[str, list[float]] = {}
    for pair in measured:
        first, second = normalise(pair.first[None]), normalise(pair.second[None])
        flow = model(first, second)[0].permute(1, 2, 0).numpy()
        apart = np.linalg.norm(flow - pair.flow, axis=-1)[pair.valid]
        errors.setdefault(pair.level, []).append(float(apart.mean()))
    return {level: float(np.mean(each)) for level, each in errors.items()}
