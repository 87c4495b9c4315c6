"""The recipes of resnet-bloodcells, resnet-helmets and resnet-cars-aerial: boxes of objects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel

from app.card import Fit
from app.imaging.fit import fit, geometry
from app.imaging.picture import Picture
from export.architectures.resnet_detector import ResNetDetector
from export.architectures.resnet_thin import MEAN, STD
from export.datasets import boxes
from export.datasets.archive import Pixels
from export.datasets.boxes import Boxed, Objects
from export.graphs.detection import objects
from export.metrics.detection import average_precision
from export.sources import open_nsfw
from export.training.pictures import normalise, relit
from export.training.run import Training
from export.training.schedule import moving_average, one_cycle

BATCH = 8

SPREAD = 0.54
"""Share of a box that its bump covers in the map of centres, of TTFNet (see `targets`)."""

SEEN = 0.4
"""Share of a box that must lie in a patch to be one of its objects."""

BOXES = 5.0
"""Weight of the boxes' loss beside that of the centres."""


@dataclass(frozen=True)
class Course:
    """How one of the networks learns.

    Attributes:
        data: reads training and validation pictures.
        fit: how pictures are brought to the network once it is served.
        views: patches that are cut from each picture once and for all.
        epochs: passes over the patches.
        side: of square patches.
        scales: smallest and largest factor from a picture to the size that a patch is cut from.
        finest: stage of the encoder whose stride the answers have.
        upright: whether up and down differ; if not, patches are turned in all eight ways.
    """

    data: Callable[[Path], tuple[Boxed, Boxed]]
    fit: Fit | None
    views: int
    epochs: int
    side: int
    scales: tuple[float, float]
    finest: int = 1
    upright: bool = True


COURSES: Mapping[str, Course] = {
    "resnet-bloodcells": Course(
        boxes.cells, Fit(longest=384), 4, 6, 256, (0.45, 0.85), upright=False
    ),
    "resnet-helmets": Course(boxes.helmets, Fit(longest=512), 8, 10, 320, (0.7, 1.9)),
    "resnet-cars-aerial": Course(boxes.cars, None, 24, 8, 320, (0.6, 1.8), upright=False),
}
"""By the name of the model."""


def recipe(name: str, data: Path, runs: Path, share: float = 1.0, seed: int = 0) -> Training:
    """AdamW under a one-cycle rate, averaged weights; the encoder stays as it is published.

    So each patch goes through it once, and the rest is learned from what it said, in a tenth of
    the time.

    Args:
        name: a key of `COURSES`.
        data: folder of the training archive.
        runs: folder where the encoder's weights are kept for next time.
        share: of the course's epochs.
        seed: of the first weights and of all patches.
    """
    course = COURSES[name]
    training, validation = course.data(data)
    torch.manual_seed(seed)
    model = ResNetDetector(len(training.classes), finest=course.finest)
    published = open_nsfw.encoder(runs).state_dict()
    own = model.encoder.state_dict()
    model.encoder.load_state_dict({name: published[name] for name in own})
    return training_of(model, course, training, validation, share, seed)


def training_of(
    model: ResNetDetector,
    course: Course,
    training: Boxed,
    validation: Boxed,
    share: float = 1.0,
    seed: int = 0,
) -> Training:
    """The recipe on given pictures."""
    model = model.to(memory_format=torch.channels_last)
    model.encoder.requires_grad_(False)
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=2e-3, weight_decay=2e-2)
    patches = [(i, view) for i in range(len(training.pictures)) for view in range(course.views)]
    batches = max(1, len(patches) // BATCH)
    steps = max(1, round(course.epochs * share * batches))
    known: dict[tuple[int, int], tuple[list[Tensor], Objects]] = {}

    def learn(picked: list[tuple[int, int]]) -> None:
        """Cut the patches and keep what the encoder says of them."""
        seen = [
            patch(training, i, course, np.random.default_rng([seed, i, view])) for i, view in picked
        ]
        with torch.no_grad():
            pixels = np.stack([pixels for pixels, _ in seen])
            maps = model.features(normalise(pixels, MEAN, STD))
        for row, place in enumerate(picked):
            known[place] = [level[row].bfloat16() for level in maps], seen[row][1]

    def loss(step: int) -> Tensor:
        epoch, batch = divmod(step, batches)
        order = np.random.default_rng([seed, epoch]).permutation(len(patches))
        picked = [patches[i] for i in order[batch * BATCH : (batch + 1) * BATCH]]
        if new := [place for place in picked if place not in known]:
            learn(new)
        levels = zip(*(known[place][0] for place in picked), strict=True)
        maps = [
            torch.stack(level).float().contiguous(memory_format=torch.channels_last)
            for level in levels
        ]
        logits, distances = model.answers(maps)
        wanted = [known[place][1] for place in picked]
        return detection_loss(logits.float(), distances.float(), wanted, model.stride)

    return Training(
        network=model,
        optimizer=optimizer,
        schedule=LambdaLR(optimizer, lambda step: one_cycle(step / steps)),
        loss=loss,
        validate=lambda average: validate(cast("ResNetDetector", average), course, validation),
        steps=steps,
        validate_every=steps,
        average=AveragedModel(model, avg_fn=moving_average(0.99), use_buffers=True),
        clip=10.0,
    )


def patch(
    training: Boxed, index: int, course: Course, generator: np.random.Generator
) -> tuple[Pixels, Objects]:
    """A random square of a picture at a random size, mirrored, turned and lit at random.

    What lies beyond the picture is gray.
    """
    pixels, (corners, kinds) = training.pictures[index], training.objects[index]
    scale = np.exp(generator.uniform(*np.log(course.scales)))
    high, wide = pixels.shape[:2]
    side = course.side / scale
    if len(corners) and generator.random() < 0.7:  # around an object; else anywhere
        x0, y0, x1, y1 = corners[generator.integers(len(corners))]
        middle = (x0 + x1) / 2, (y0 + y1) / 2
        left, top = (place - side * generator.uniform(0.1, 0.9) for place in middle)
    else:
        left, top = (generator.uniform(min(0, s - side), max(0, s - side)) for s in (wide, high))
    left, top = (
        float(np.clip(place, min(0, room - side), max(0, room - side)))
        for place, room in ((left, wide), (top, high))
    )
    square = (course.side, course.side)
    how = (1 / scale, 0, left, 0, 1 / scale, top)
    image = Image.fromarray(pixels)
    if scale < 0.8:  # an affine transform has no filter against moiré
        image = image.resize((max(1, round(wide * scale)), max(1, round(high * scale))))
        how = (1, 0, left * scale, 0, 1, top * scale)
    moved = image.transform(
        square, Image.Transform.AFFINE, how, Image.Resampling.BILINEAR, fillcolor=(114,) * 3
    )
    cut = (corners - np.array([left, top] * 2, np.float32)) * np.float32(scale)
    inside = np.clip(cut, 0, course.side)
    kept = _areas(inside) > SEEN * _areas(cut)
    turned = oriented(np.asarray(moved), inside[kept], course.upright, generator)
    return relit(turned[0], generator), (turned[1], kinds[kept])


def oriented(
    pixels: Pixels, corners: NDArray[np.float32], upright: bool, generator: np.random.Generator
) -> tuple[Pixels, NDArray[np.float32]]:
    """A square mirrored by chance, and unless it is upright turned by quarters, with its boxes."""
    side = pixels.shape[0]
    if generator.random() < 0.5:
        pixels = pixels[:, ::-1]
        corners = np.stack(
            [side - corners[:, 2], corners[:, 1], side - corners[:, 0], corners[:, 3]], 1
        )
    for _ in range(0 if upright else int(generator.integers(4))):
        pixels = np.rot90(pixels)  # to the left: x becomes y, and y counts from the other side
        corners = np.stack(
            [corners[:, 1], side - corners[:, 2], corners[:, 3], side - corners[:, 0]], 1
        )
    return pixels, corners


def _areas(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    areas: NDArray[np.float32] = (corners[:, 2:] - corners[:, :2]).clip(min=0).prod(1)
    return areas


def detection_loss(logits: Tensor, distances: Tensor, wanted: list[Objects], stride: int) -> Tensor:
    """Centres by CornerNet's focal loss, boxes by generalised intersection over union.

    Args:
        logits: `[N, C, h, w]`.
        distances: `[N, 4, h, w]`, in pixels.
        wanted: boxes in pixels and classes, of each picture.
        stride: pixels from one place to the next.
    """
    maps = [targets(each, logits.shape[1:], stride) for each in wanted]
    heat, sides, weights = (torch.from_numpy(np.stack(part)) for part in zip(*maps, strict=True))
    count = max(1, sum(len(kinds) for _, kinds in wanted))
    found = logits.sigmoid().clamp(1e-4, 1 - 1e-4)
    at_centres = heat.eq(1)
    right = (1 - found) ** 2 * found.log()
    wrong = (1 - heat) ** 4 * found**2 * (1 - found).log()
    centres = -torch.where(at_centres, right, wrong).sum() / count
    known = weights > 0
    apart = 1 - generalised_overlap(distances.permute(0, 2, 3, 1)[known], sides[known])
    return centres + BOXES * (apart * weights[known]).sum() / count


def targets(
    wanted: Objects, shape: tuple[int, ...], stride: int
) -> tuple[NDArray[np.float32], ...]:
    """What the maps should say, as TTFNet has it (Liu et al., AAAI 2020, arXiv 1909.00700).

    Every box puts a Gaussian bump on the map of its class. All places of a bump learn the box,
    those near the middle most; of two boxes the smaller one has the place.

    Args:
        wanted: boxes in pixels and classes.
        shape: classes, height and width of the maps.
        stride: pixels from one place to the next.

    Returns:
        float32: bumps `[C, h, w]` in 0..1, 1 at centres; distances to sides `[h, w, 4]` in pixels;
        weights of places `[h, w]`, about 1 in sum for every box.
    """
    classes, height, width = shape
    heat = np.zeros((classes, height, width), np.float32)
    sides = np.zeros((height, width, 4), np.float32)
    weights = np.zeros((height, width), np.float32)
    corners, kinds = wanted
    x, y = np.arange(width) + 0.5, (np.arange(height) + 0.5)[:, np.newaxis]
    for index in np.argsort(-_areas(corners)):
        x0, y0, x1, y1 = corners[index] / stride
        column = min(width - 1, int((x0 + x1) / 2))
        row = min(height - 1, int((y0 + y1) / 2))
        across, down = (max(0.0, (end - start) / 2 * SPREAD) for start, end in ((x0, x1), (y0, y1)))
        deviations = (2 * across + 1) / 6, (2 * down + 1) / 6
        bump = np.exp(
            -((x - column - 0.5) ** 2) / (2 * deviations[0] ** 2)
            - (y - row - 0.5) ** 2 / (2 * deviations[1] ** 2)
        )
        bump[(abs(x - column - 0.5) > across + 0.5) | (abs(y - row - 0.5) > down + 0.5)] = 0
        heat[kinds[index]] = np.maximum(heat[kinds[index]], bump)
        inside = (bump > 0) & (x > x0) & (x < x1) & (y > y0) & (y < y1)
        ways = np.broadcast_arrays(x - x0, y - y0, x1 - x, y1 - y)
        sides[inside] = np.stack(ways, -1)[inside] * stride
        weights[inside] = bump[inside] / bump[inside].sum()
    return heat, sides, weights


def generalised_overlap(found: Tensor, wanted: Tensor) -> Tensor:
    """Of boxes around the same places (Rezatofighi et al., CVPR 2019), distances `[n, 4]` each.

    Returns:
        `[n]` in -1..1: intersection over union, less the share of the hull that is in neither.
    """
    inner, outer = torch.minimum(found, wanted), torch.maximum(found, wanted)
    common, hull, *areas = (
        (box[:, :2] + box[:, 2:]).prod(1) for box in (inner, outer, found, wanted)
    )
    union = areas[0] + areas[1] - common
    return common / union - (hull - union) / hull


def validate(model: ResNetDetector, course: Course, validation: Boxed) -> dict[str, float]:
    """COCO's average precision on whole pictures, fitted as they will be once it is served."""
    found = []
    for pixels in validation.pictures:
        height, width = pixels.shape[:2]
        seen = fit(Picture(pixels), course.fit, ResNetDetector.multiple)
        logits, distances = model(normalise(seen[np.newaxis], MEAN, STD))
        corners, scores, kinds = (
            part[0].numpy() for part in objects(logits.float(), distances.float(), model.stride)
        )
        if course.fit is not None:
            (wide, high), _ = geometry(width, height, course.fit)
            corners = corners / np.array([wide / width, high / height] * 2, np.float32)
        corners = corners.clip(0, np.array([width, height] * 2, np.float32))
        kept = scores > 0
        found.append((corners[kept], scores[kept], kinds[kept]))
    return average_precision(validation.objects, found, validation.classes)
