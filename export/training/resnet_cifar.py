"""The recipe of resnet20-cifar10: ResNet-20 on CIFAR-10's training pictures as JPEGs."""

import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from export.architectures.resnet_cifar import ResNetCifar
from export.training.datasets import Pixels, Split, cifar10_jpeg
from export.training.run import Training

NAME = "resnet20-cifar10"
CYCLES = ((10, 0.3, 0.25), (4, 0.08, 0.1))
"""Epochs, peak learning rate and rising share of each cycle (Smith and Topin 2019): one that finds
a good region, and a shorter, slower one that goes on in it."""
EPOCHS = sum(epochs for epochs, _, _ in CYCLES)
BATCH = 128
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)

PADDING = 4
"""Black pixels around a picture before a random square of its own size is cut out (section 4.2)."""


def recipe(data: Path, runs: Path, epochs: int = EPOCHS, seed: int = 0) -> Training:
    """SGD with Nesterov momentum under two one-cycle rates, smoothed labels.

    Args:
        data: folder of the training archive.
        runs: folder where the decoded pictures are kept for next time.
        epochs: passes over the training pictures.
        seed: of the first weights, the order and the augmentation.
    """
    training, validation = cifar10_jpeg(data, cache=runs)
    return training_of(training, validation, epochs, seed)


def training_of(training: Split, validation: Split, epochs: int, seed: int = 0) -> Training:
    """The recipe on given pictures."""
    batches = len(training.labels) // BATCH
    steps = epochs * batches
    torch.manual_seed(seed)
    model = ResNetCifar(depth=20, classes=len(training.classes))
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
        schedule=LambdaLR(optimizer, lambda step: rate(step, steps)),
        loss=loss,
        validate=lambda model: {"top1": top1(model, validation)},
        steps=steps,
        validate_every=batches,
    )


def rate(step: int, steps: int) -> float:
    """Learning rate of a step: in each cycle half a cosine up to its peak and half a one down."""
    epoch = step * EPOCHS / steps
    start = 0
    for length, peak, rising in CYCLES:
        done = (epoch - start) / length
        if done < 1:
            height = done / rising if done < rising else (1 - done) / (1 - rising)
            return peak * (1 - math.cos(math.pi * height)) / 2 + 1e-5
        start += length
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


def normalise(pictures: Pixels) -> Tensor:
    """From uint8 `[N, H, W, 3]` to the network's float `[N, 3, H, W]`."""
    mean, std = np.array(MEAN, np.float32), np.array(STD, np.float32)
    normalised = (pictures.astype(np.float32) / 255 - mean) / std
    # The strides of NHWC pictures seen as NCHW are torch's channels_last, the faster layout.
    return torch.from_numpy(normalised).permute(0, 3, 1, 2)


def top1(model: nn.Module, split: Split) -> float:
    """Share of pictures whose highest logit is the right class."""
    right = 0
    for start in range(0, len(split.labels), 500):
        logits = model(normalise(split.pictures[start : start + 500]))
        labels = torch.from_numpy(split.labels[start : start + 500])
        right += int((logits.argmax(1) == labels).sum())
    return right / len(split.labels)
