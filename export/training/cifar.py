"""The recipes of the classifiers of CIFAR-10, whose training pictures are JPEGs here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from export.architectures.densenet_cifar import DenseNetCifar
from export.architectures.resnet_cifar import ResNetCifar, from_state
from export.datasets.archive import Pixels
from export.datasets.cifar10 import Split, jpegs
from export.training.pictures import normalise
from export.training.run import Training
from export.training.schedule import one_cycle
from export.training.top1 import top1
from export.weights import read_weights

BATCH = 128
PADDING = 4
"""Black pixels around a picture before a random square of its own size is cut out (section 4.2)."""


@dataclass(frozen=True)
class Course:
    """How one of the networks learns.

    Attributes:
        network: made with its first weights from the folder of the training archives.
        cycles: epochs, peak learning rate and rising share of each cycle.
    """

    network: Callable[[Path], nn.Module]
    cycles: tuple[tuple[int, float, float], ...]

    @property
    def epochs(self) -> int:
        """Of all cycles."""
        return sum(epochs for epochs, _, _ in self.cycles)


def _published_resnet56(data: Path) -> nn.Module:
    return from_state(read_weights(data / "weights" / "resnet56_cifar10.th"))


COURSES: Mapping[str, Course] = {
    # One cycle that finds a good region, and a shorter, slower one that goes on in it.
    "resnet20-cifar10": Course(lambda _: ResNetCifar(20), ((10, 0.3, 0.25), (4, 0.08, 0.1))),
    # The published weights know lossless pictures only and must get used to JPEG.
    "resnet56-cifar10": Course(_published_resnet56, ((4, 0.05, 0.2),)),
    # Few layers of many channels: the paper's 100 thin ones take a processor several times as long.
    "densenet22-cifar10": Course(
        lambda _: DenseNetCifar(layers=3, growth=24),
        ((12, 0.2, 0.2), (3, 0.06, 0.1), (22, 0.15, 0.15), (7, 0.1, 0.15)),
    ),
}
"""By the name of the model."""


def recipe(name: str, data: Path, runs: Path, share: float = 1.0, seed: int = 0) -> Training:
    """SGD with Nesterov momentum under one-cycle rates, smoothed labels.

    Args:
        name: a key of `COURSES`.
        data: folder of the training archive.
        runs: folder where the decoded pictures are kept for next time.
        share: of the course's epochs.
        seed: of the first weights, the order and the augmentation.
    """
    course = COURSES[name]
    torch.manual_seed(seed)
    model = course.network(data)
    return training_of(model, course, *jpegs(data, cache=runs), share, seed)


def training_of(
    model: nn.Module,
    course: Course,
    training: Split,
    validation: Split,
    share: float = 1.0,
    seed: int = 0,
) -> Training:
    """The recipe on given pictures."""
    batches = len(training.labels) // BATCH
    steps = max(1, round(share * course.epochs * batches))
    model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=1.0, momentum=0.9, nesterov=True, weight_decay=5e-4
    )

    def loss(step: int) -> Tensor:
        epoch, batch = divmod(step, batches)
        order = np.random.default_rng([seed, epoch]).permutation(len(training.labels))
        picked = order[batch * BATCH : (batch + 1) * BATCH]
        generator = np.random.default_rng([seed, epoch, batch])
        pictures = augment(training.pictures[picked], generator)
        labels = torch.from_numpy(training.labels[picked])
        return F.cross_entropy(model(normalise(pictures)), labels, label_smoothing=0.1)

    return Training(
        network=model,
        optimizer=optimizer,
        schedule=LambdaLR(optimizer, lambda step: rate(course, step / steps)),
        loss=loss,
        validate=lambda model: {"top1": top1(model, validation.pictures, validation.labels)},
        steps=steps,
        validate_every=batches,
    )


def rate(course: Course, share: float) -> float:
    """Learning rate after a share of the course: half a cosine up to a cycle's peak and down."""
    epoch = share * course.epochs
    for length, peak, rising in course.cycles:
        if epoch < length:
            return peak * one_cycle(epoch / length, rising)
        epoch -= length
    return 0.0


def augment(pictures: Pixels, generator: np.random.Generator) -> Pixels:
    """Shift each picture by up to `PADDING` pixels and mirror every other one, at random.

    Args:
        pictures: uint8 `[N, H, H, 3]`.
        generator: decides the places.

    Returns:
        uint8 `[N, H, H, 3]`.
    """
    side = pictures.shape[1]
    border = (PADDING, PADDING)
    padded = np.pad(pictures, ((0, 0), border, border, (0, 0)))
    tops, lefts = generator.integers(2 * PADDING + 1, size=(2, len(pictures)))
    shifted = np.stack(
        [
            picture[top : top + side, left : left + side]
            for picture, top, left in zip(padded, tops, lefts, strict=True)
        ]
    )
    mirrored = generator.random(len(pictures)) < 0.5
    shifted[mirrored] = shifted[mirrored, :, ::-1]
    return shifted
