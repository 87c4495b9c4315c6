"""The recipes of srdensenet-x4 and srdensenet-x4-paper: small patches of photos, and a teacher."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from export.sources import safmn
from export.training.run import Training
from export.training.schedule import moving_average

SCALE = SRDenseNet.scale
PATCH = 32
"""Side of a patch of the small picture."""
WARM_UP = 200
"""Steps in which the learning rate rises."""


@dataclass(frozen=True)
class Cycle:
    """A part of a course, in which the learning rate rises and falls once.

    Attributes:
        steps: how many there are.
        peak: largest learning rate.
        photos: share that the photos themselves have in the last step's loss. In the first step the
            teacher has all of it.
    """

    steps: int
    peak: float
    photos: float = 0.0


@dataclass(frozen=True)
class Course:
    """How one of the networks learns.

    Attributes:
        network: made with random first weights.
        batch: patches in a step.
        cycles: one after another.
    """

    network: Callable[[], SRDenseNet]
    batch: int
    cycles: tuple[Cycle, ...]

    @property
    def steps(self) -> int:
        """Of all cycles."""
        return sum(cycle.steps for cycle in self.cycles)


def paper() -> SRDenseNet:
    """The paper's network with the first weights that suit ReLUs (He et al., ICCV 2015).

    Torch's own are smaller, and through 64 layers hardly anything would arrive.
    """
    network = SRDenseNet()
    *_, last = (module for module in network.modules() if isinstance(module, nn.Conv2d))
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d) and module is not last:
            inputs = module.in_channels * math.prod(module.kernel_size) / math.prod(module.stride)
            nn.init.normal_(module.weight, std=math.sqrt(2 / inputs))
            assert module.bias is not None
            nn.init.zeros_(module.bias)
    return network


COURSES: Mapping[str, Course] = {
    # The photos' own details, which no network of this size can guess, are noise to it: in the
    # first cycle the figure stood still while their share grew, so the second one has none.
    "srdensenet-x4": Course(compact, 16, (Cycle(9_000, 1e-3, photos=1.0), Cycle(9_000, 7e-4))),
    # The shipped weights had the first 11,300 steps of the second cycle at the rates of one of
    # 20,000, which are up to twice as high.
    "srdensenet-x4-paper": Course(paper, 4, (Cycle(12_000, 4e-4), Cycle(16_000, 3e-4))),
}
"""By the name of the model."""

Pair = tuple[Pixels, Pixels]
"""Luma of a photo reduced four times, uint8 `[h, w]`, and of itself, uint8 `[4 h, 4 w]`."""

Answer = NDArray[np.float16]
"""What the teacher makes of the small luma, in 0..1, `[4 h, 4 w]`."""

Lesson = tuple[Pixels, Pixels, Answer]
"""A pair, and the teacher's answer."""


def recipe(name: str, data: Path, runs: Path, share: float = 1.0, seed: int = 0) -> Training:
    """L1 loss, Adam whose rate falls as a cosine, a moving average of the weights.

    A stronger network teaches (Hinton et al. 2015, arXiv 1503.02531), and the photos as far as a
    cycle says.

    Args:
        name: a key of `COURSES`.
        data: folder of the training archives.
        runs: folder where the teacher's answers are kept for next time.
        share: of the course's steps.
        seed: of the first weights and all batches.
    """
    training, validation = photos(data)
    answers = taught(training, data, runs / "safmn-x4.npz")
    pairs = [pair(photo) for photo in training], [pair(photo) for photo in validation]
    return training_of(COURSES[name], pairs[0], answers, pairs[1], share, seed)


def training_of(
    course: Course,
    training: Sequence[Pair],
    answers: Sequence[Answer],
    validation: Sequence[Pair],
    share: float = 1.0,
    seed: int = 0,
) -> Training:
    """The recipe on given pictures; those smaller than a patch are left out."""
    lessons: list[Lesson] = [
        (small, large, answer)
        for (small, large), answer in zip(training, answers, strict=True)
        if min(small.shape) >= PATCH
    ]
    areas = np.array([small.size for small, _, _ in lessons], float)
    # Between picking each photo and each pixel equally often: large photos are not much richer.
    chances = np.sqrt(areas) / np.sqrt(areas).sum()
    torch.manual_seed(seed)
    model = course.network().to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1.0)
    steps = max(1, round(share * course.steps))

    def loss(step: int) -> Tensor:
        generator = np.random.default_rng([seed, step])
        picked = generator.choice(len(lessons), course.batch, p=chances)
        patches = zip(*(patch(lessons[index], generator) for index in picked), strict=True)
        small, large, answer = (unit(np.stack(side)) for side in patches)
        found = model(small).float()
        cycle, progress = place(course, step / steps)
        share = cycle.photos * progress
        return torch.lerp(F.l1_loss(found, answer), F.l1_loss(found, large), share)

    return Training(
        network=model,
        optimizer=optimizer,
        schedule=torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: rate(*place(course, step / steps))
        ),
        loss=loss,
        validate=lambda model: validate(model, validation),
        steps=steps,
        validate_every=500,
        average=AveragedModel(model, avg_fn=moving_average(0.999)),
        clip=1.0,
    )


def place(course: Course, share: float) -> tuple[Cycle, float]:
    """The cycle in which a course is after a share of its steps, and the share of that cycle."""
    step = share * course.steps
    for cycle in course.cycles:
        if step < cycle.steps:
            return cycle, step / cycle.steps
        step -= cycle.steps
    return course.cycles[-1], 1.0


def rate(cycle: Cycle, progress: float) -> float:
    """Learning rate after a share of a cycle: a short rise, then half a cosine down."""
    warm_up = min(1.0, (progress * cycle.steps + 1) / WARM_UP)
    return cycle.peak * (warm_up * (0.5 + 0.5 * math.cos(math.pi * progress)) + 1e-3)


def taught(photos: Sequence[Pixels], data: Path, kept: Path) -> list[Answer]:
    """What the teacher makes of photos that were reduced four times.

    Args:
        photos: as for `pair`.
        data: folder of the training archives.
        kept: the answers of an earlier call, or where they are put: they take minutes.
    """
    if not kept.is_file():
        network = safmn.teacher(data)
        answers = [safmn.enlarged_luma(network, np.asarray(reduced(photo))) for photo in photos]
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_name(f"unfinished-{kept.name}")
        np.savez(unfinished, *answers)
        unfinished.replace(kept)
    with np.load(kept) as answers_of_all:
        return list(answers_of_all.values())


def reduced(photo: Pixels) -> Image.Image:
    """The photo, its sides cut to multiples of 4, reduced four times by Pillow's `BICUBIC`, which
    smooths first as MATLAB's does.
    """
    high, wide = (side // SCALE for side in photo.shape[:2])
    large = Image.fromarray(photo[: high * SCALE, : wide * SCALE])
    return large.resize((wide, high), Image.Resampling.BICUBIC)


def pair(photo: Pixels) -> Pair:
    """Full-range luma (Pillow's `YCbCr`) of the `reduced` photo and of what it was made from.

    Args:
        photo: uint8 `[H, W, 3]`, RGB.
    """
    small = np.asarray(reduced(photo).convert("YCbCr"))[..., 0]
    high, wide = (SCALE * side for side in small.shape)
    return small, np.asarray(Image.fromarray(photo[:high, :wide]).convert("YCbCr"))[..., 0]


def patch(lesson: Lesson, generator: np.random.Generator) -> Lesson:
    """The same random place of all three, in one of eight orientations."""
    small, large, answer = lesson
    top, left = (int(generator.integers(side - PATCH + 1)) for side in small.shape)
    turns, mirrored = int(generator.integers(4)), bool(generator.integers(2))
    coarse = slice(top, top + PATCH), slice(left, left + PATCH)
    fine = slice(SCALE * top, SCALE * (top + PATCH)), slice(SCALE * left, SCALE * (left + PATCH))

    def oriented(part: NDArray[Any]) -> NDArray[Any]:
        return np.rot90(part.T if mirrored else part, turns)

    return oriented(small[coarse]), oriented(large[fine]), oriented(answer[fine])


def unit(luma: Pixels | Answer) -> Tensor:
    """From uint8, or float in 0..1, `[N, H, W]` to float `[N, 1, H, W]` in 0..1."""
    scale = 255 if luma.dtype == np.uint8 else 1
    return torch.from_numpy(luma[:, None].astype(np.float32) / scale)


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
