"""The recipes of resnet-camvid, fc-densenet-camvid and fc-densenet-cracks: a class a pixel."""

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

from app.imaging.palette import VOID
from export.architectures import fc_densenet, resnet_dense, resnet_thin
from export.architectures.fc_densenet import FCDenseNet
from export.architectures.resnet_dense import ResNetDense
from export.datasets import masks
from export.datasets.archive import Pixels
from export.datasets.masks import Masked
from export.metrics.segmentation import confusion, iou
from export.sources import open_nsfw
from export.training.patches import Stage, patch
from export.training.pictures import IMAGENET_MEAN, IMAGENET_STD, normalise
from export.training.run import Training
from export.training.schedule import moving_average, one_cycle
from export.weights import find_weights, read_weights

Teacher = Callable[[Pixels], Tensor]
"""What another network makes of pictures `[N, H, W, 3]`: probabilities `[N, C, H, W]`."""


@dataclass(frozen=True)
class Course:
    """How one of the networks learns.

    Attributes:
        data: reads training and validation pictures.
        network: made from the folder where downloaded weights are kept.
        mean: of red, green and blue.
        std: likewise.
        stages: coarse first; small patches are cheap and teach most of it.
        batch: patches in a step.
        rate: peak learning rate.
        encoder_rate: that of the parameters that begin with published weights.
        upright: whether up and down differ; if not, patches are turned in all eight ways.
        measured_size: height and width that pictures are fitted to for validation.
        balance: how little classes are weighted, see `class_weights`.
        teacher: name of a course whose network answers first: what it says of every pixel is
            learned beside the labels (Hinton et al. 2015, arXiv 1503.02531).
    """

    data: Callable[[Path], tuple[Masked, Masked]]
    network: Callable[[Path], nn.Module]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    stages: tuple[Stage, ...]
    batch: int
    rate: float
    encoder_rate: float = 0.0
    upright: bool = True
    measured_size: tuple[int, int] | None = None
    balance: float = 1.1
    teacher: str = ""


def _resnet_camvid(runs: Path) -> nn.Module:
    model = ResNetDense(len(masks.CAMVID))
    model.encoder.load_state_dict(open_nsfw.encoder(runs).state_dict())
    return model


COURSES: Mapping[str, Course] = {
    "resnet-camvid": Course(
        masks.camvid,
        _resnet_camvid,
        resnet_thin.MEAN,
        resnet_thin.STD,
        stages=(Stage(18, (192, 256), (0.45, 1.1)), Stage(4, (288, 384), (0.8, 1.2))),
        batch=8,
        rate=2e-3,
        encoder_rate=3e-4,
        measured_size=(352, 480),
    ),
    "fc-densenet-camvid": Course(
        masks.camvid,
        lambda _: FCDenseNet(len(masks.CAMVID)),
        IMAGENET_MEAN,
        IMAGENET_STD,
        stages=(Stage(60, (96, 128), (0.4, 0.8)), Stage(3, (192, 256), (0.5, 0.6))),
        batch=4,
        rate=2e-3,
        measured_size=(192, 256),
        balance=1.02,
        teacher="resnet-camvid",
    ),
    "fc-densenet-cracks": Course(
        masks.cracks,
        lambda _: fc_densenet.small(),
        IMAGENET_MEAN,
        IMAGENET_STD,
        stages=(Stage(50, (160, 160), (0.8, 1.3)),),
        batch=4,
        rate=3e-3,
        upright=False,
    ),
}
"""By the name of the model."""


def recipe(name: str, data: Path, runs: Path, share: float = 1.0, seed: int = 0) -> Training:
    """AdamW under a one-cycle rate, class weights, patches of growing size, averaged weights.

    Args:
        name: a key of `COURSES`.
        data: folder of the training archive.
        runs: folder where downloaded weights are kept for next time.
        share: of the course's epochs.
        seed: of the first weights and of all patches.
    """
    course = COURSES[name]
    torch.manual_seed(seed)
    teacher = _teacher(course.teacher, runs) if course.teacher else None
    return training_of(course.network(runs), course, *course.data(data), teacher, share, seed)


def _teacher(name: str, runs: Path) -> Teacher:
    network = resnet_dense.from_state(read_weights(find_weights(name, runs)))
    network = network.to(memory_format=torch.channels_last)
    course = COURSES[name]

    def answer(pictures: Pixels) -> Tensor:
        with torch.no_grad():
            logits = network(normalise(pictures, course.mean, course.std))
            return _enlarged(logits, pictures).softmax(1)

    return answer


def training_of(
    model: nn.Module,
    course: Course,
    training: Masked,
    validation: Masked,
    teacher: Teacher | None = None,
    share: float = 1.0,
    seed: int = 0,
) -> Training:
    """The recipe on given pictures."""
    weights = class_weights(training, course.balance)
    model = model.to(memory_format=torch.channels_last)
    of_encoder = [p for name, p in model.named_parameters() if name.startswith("encoder.")]
    own = [p for name, p in model.named_parameters() if not name.startswith("encoder.")]
    groups = [{"params": own, "lr": course.rate}]
    if of_encoder:
        groups.append({"params": of_encoder, "lr": course.encoder_rate})
    optimizer = torch.optim.AdamW(groups, weight_decay=1e-2)
    pictures = len(training.pictures)
    lengths = [max(1, round(s.epochs * share * pictures / course.batch)) for s in course.stages]
    steps = sum(lengths)

    def loss(step: int) -> Tensor:
        stage = course.stages[sum(step >= end for end in np.cumsum(lengths)[:-1])]
        generator = np.random.default_rng([seed, step])
        picked = generator.choice(pictures, course.batch, replace=pictures < course.batch)
        seen = [patch(training, i, stage, course.upright, generator) for i in picked]
        inputs, targets = (np.stack(side) for side in zip(*seen, strict=True))
        found = _enlarged(model(normalise(inputs, course.mean, course.std)), inputs)
        wanted = torch.from_numpy(targets.astype(np.int64))
        loss = F.cross_entropy(found, wanted, weights, ignore_index=VOID)
        return loss if teacher is None else loss + F.cross_entropy(found, teacher(inputs), weights)

    return Training(
        network=model,
        optimizer=optimizer,
        schedule=LambdaLR(optimizer, lambda step: one_cycle(step / steps)),
        loss=loss,
        validate=lambda model: validate(model, course, validation),
        steps=steps,
        validate_every=max(1, steps // 12),
        average=AveragedModel(model, avg_fn=moving_average(0.99), use_buffers=True),
        clip=5.0,
    )


def _enlarged(logits: Tensor, pictures: Pixels) -> Tensor:
    """Logits `[N, C, h, w]` at the size of pictures `[N, H, W, 3]`, in single precision."""
    return F.interpolate(logits.float(), size=pictures.shape[1:3], mode="bilinear")


def class_weights(training: Masked, balance: float) -> Tensor:
    """`1 / log(balance + share)` of each class (Paszke et al. 2016, arXiv 1606.02147), mean 1.

    The smaller the balance, the more rare classes count; it is larger than 1.
    """
    counts = sum(np.bincount(mask.ravel(), minlength=256) for mask in training.masks)
    known = np.asarray(counts)[: len(training.classes)]
    shares = known / known.sum()
    weights = 1 / np.log(balance + shares)
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)


def validate(model: nn.Module, course: Course, validation: Masked) -> dict[str, float]:
    """Intersection over union of each class over all pixels, and its mean."""
    classes = len(validation.classes)
    total = np.zeros((classes, classes + 1), np.int64)
    for pixels, mask in zip(validation.pictures, validation.masks, strict=True):
        size = course.measured_size or mask.shape
        picture = Image.fromarray(pixels).resize(size[::-1], Image.Resampling.BILINEAR)
        logits = model(normalise(np.asarray(picture)[None], course.mean, course.std))
        found = F.interpolate(logits, size=mask.shape, mode="bilinear")[0].argmax(0)
        total += confusion(mask, found.numpy().astype(np.uint8), classes)
    each = iou(total)
    shares = {
        f"iou_{name}": float(value)
        for name, value in zip(validation.classes, each, strict=True)
        if not np.isnan(value)
    }
    return {"miou": float(np.nanmean(each)), **shares}
