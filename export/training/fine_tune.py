"""The recipes of resnet-signs, resnet-landuse and resnet-cxr: ResNet-50-thin on a few pictures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel

from app.card import Fit
from app.imaging.fit import fit
from app.imaging.picture import Picture
from export.architectures.resnet_thin import MEAN, STD, ResNet50Thin
from export.datasets import classes
from export.datasets.archive import Pixels
from export.datasets.classes import Labelled
from export.sources.open_nsfw import encoder
from export.training.pictures import normalise, relit
from export.training.run import Training
from export.training.schedule import moving_average, one_cycle
from export.training.top1 import top1

BATCH = 16


@dataclass(frozen=True)
class Course:
    """How one of the networks learns.

    Attributes:
        data: reads training and validation pictures.
        fit: how pictures are brought to the network once it is served.
        epochs: passes over the training pictures.
        area: smallest share of a picture that a training crop covers.
        turned: whether pictures taken from above may be turned by quarters.
        mirrored: whether left and right may be exchanged.
    """

    data: Callable[[Path], tuple[Labelled, Labelled]]
    fit: Fit
    epochs: int
    area: float
    turned: bool = False
    mirrored: bool = True


COURSES: Mapping[str, Course] = {
    "resnet-signs": Course(classes.signs, Fit(resize=128, crop=128), 24, area=0.6),
    "resnet-landuse": Course(
        classes.land_use, Fit(resize=192, crop=192), 30, area=0.35, turned=True
    ),
    # The heart is left: mirroring a chest would show what nobody has.
    "resnet-cxr": Course(classes.chest, Fit(size=(192, 192)), 16, area=0.6, mirrored=False),
}
"""By the name of the model."""


def recipe(name: str, data: Path, runs: Path, share: float = 1.0, seed: int = 0) -> Training:
    """AdamW under a one-cycle rate, a fifth of it for the encoder, averaged weights.

    Args:
        name: a key of `COURSES`.
        data: folder of the training archive.
        runs: folder where the encoder's weights are kept for next time.
        share: of the course's epochs.
        seed: of the head's first weights, the order and the augmentation.
    """
    course = COURSES[name]
    training, validation = course.data(data)
    torch.manual_seed(seed)
    model = ResNet50Thin(len(training.classes))
    model.encoder.load_state_dict(encoder(runs).state_dict())
    nn.init.zeros_(model.head.weight)  # the features are large, and so would be a random answer
    return training_of(model, course, training, validation, share, seed)


def training_of(
    model: ResNet50Thin,
    course: Course,
    training: Labelled,
    validation: Labelled,
    share: float = 1.0,
    seed: int = 0,
) -> Training:
    """The recipe on given pictures."""
    measured = np.stack([fit(Picture(pixels), course.fit) for pixels in validation.pictures])
    side = measured.shape[1]
    model = model.to(memory_format=torch.channels_last)
    groups = [
        {"params": list(model.head.parameters()), "lr": 1e-3},
        {"params": list(model.encoder.parameters()), "lr": 2e-4},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=2e-2)
    batches = max(1, len(training.labels) // BATCH)
    steps = max(1, round(course.epochs * share * batches))

    def loss(step: int) -> Tensor:
        epoch, batch = divmod(step, batches)
        order = np.random.default_rng([seed, epoch]).permutation(len(training.labels))
        picked = order[batch * BATCH : (batch + 1) * BATCH]
        generator = np.random.default_rng([seed, epoch, batch])
        pictures = np.stack(
            [augment(training.pictures[i], side, course, generator) for i in picked]
        )
        maps = model.features(normalise(pictures, MEAN, STD))
        pooled = F.dropout(maps.mean((2, 3)), 0.3, model.training)
        labels = torch.from_numpy(training.labels[picked])
        return F.cross_entropy(model.head(pooled), labels, label_smoothing=0.1)

    return Training(
        network=model,
        optimizer=optimizer,
        schedule=LambdaLR(optimizer, lambda step: one_cycle(step / steps)),
        loss=loss,
        validate=lambda model: {"top1": top1(model, measured, validation.labels, MEAN, STD)},
        steps=steps,
        validate_every=2 * batches,
        average=AveragedModel(model, avg_fn=moving_average(0.99)),
        clip=5.0,
    )


def augment(pixels: Pixels, side: int, course: Course, generator: np.random.Generator) -> Pixels:
    """A random crop of nearly its shape, resized to `side`, mirrored, turned and lit at random."""
    high, wide = pixels.shape[:2]
    share, shape = generator.uniform(course.area, 1), np.exp(generator.uniform(-0.2, 0.2))
    width = min(wide, max(1, round(wide * (share * shape) ** 0.5)))
    height = min(high, max(1, round(high * (share / shape) ** 0.5)))
    left, top = (int(generator.integers(room + 1)) for room in (wide - width, high - height))
    box = (left, top, left + width, top + height)
    image = Image.fromarray(pixels).rotate(generator.uniform(-10, 10), Image.Resampling.BILINEAR)
    cropped = np.asarray(image.resize((side, side), Image.Resampling.BILINEAR, box))
    if course.mirrored and generator.random() < 0.5:
        cropped = cropped[:, ::-1]
    if course.turned:
        cropped = np.rot90(cropped, int(generator.integers(4)))
    return relit(cropped, generator)
