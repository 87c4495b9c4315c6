"""The held-out sets that models are measured on, and the protocol of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.runtime.model import Model
from export.datasets import boxes, cifar10, classes, fixations, masks, pairs
from export.datasets.paintings import painted_photos, paintings
from export.datasets.photos import photos
from export.evaluate.answers import require_labels
from export.evaluate.classification import classification
from export.evaluate.cracks import cracks
from export.evaluate.detection import detection
from export.evaluate.flow import flow
from export.evaluate.saliency import centre_prior, saliency
from export.evaluate.scene import scene
from export.evaluate.segmentation import segmentation
from export.evaluate.style import style
from export.evaluate.super_resolution import super_resolution
from export.recipe import Say

Measure = Callable[[Model, Path, Say], dict[str, float]]
"""Takes a model, the folder of the archives and a listener; gives `metric` -> value."""


@dataclass(frozen=True)
class HeldOut:
    """Pictures to measure models on, which no training of ours has seen.

    Attributes:
        name: what a card calls it: `name/metric`.
        task: of the models that can be measured on it.
        measure: the protocol.
        headline: the metric that papers compare by.
        picture: width and height in pixels of a picture as it is given to the server; of a
            super-resolution the size whose enlargement (1280x720) is that of the MACs in papers.
        seen: the weights that a training of ours began with had been trained on these pictures.
    """

    name: str
    task: str
    measure: Measure
    headline: str
    picture: tuple[int, int]
    seen: bool = False


def _cifar10(model: Model, data: Path, say: Say) -> dict[str, float]:
    require_labels(model, cifar10.CLASSES)
    say("reading the pictures")
    _, held_out = cifar10.jpegs(data)
    return classification(model, list(held_out.pictures), held_out.labels, say)


def _labelled(
    read: Callable[[Path], tuple[classes.Labelled, classes.Labelled]],
) -> Measure:
    def measure(model: Model, data: Path, say: Say) -> dict[str, float]:
        say("reading the pictures")
        _, held_out = read(data)
        require_labels(model, held_out.classes)
        return classification(model, held_out.pictures, held_out.labels, say)

    return measure


def _camvid(model: Model, data: Path, say: Say) -> dict[str, float]:
    require_labels(model, masks.CAMVID)
    say("reading the pictures")
    return segmentation(model, masks.camvid(data)[1], say)


def _crackforest(model: Model, data: Path, say: Say) -> dict[str, float]:
    require_labels(model, masks.CRACKS)
    say("reading the pictures")
    return cracks(model, masks.cracks(data)[1], say)


def _boxed(read: Callable[[Path], tuple[boxes.Boxed, boxes.Boxed]]) -> Measure:
    def measure(model: Model, data: Path, say: Say) -> dict[str, float]:
        say("reading the pictures")
        _, held_out = read(data)
        require_labels(model, held_out.classes)
        return detection(model, held_out, say)

    return measure


def _osie(model: Model, data: Path, say: Say) -> dict[str, float]:
    say("reading the pictures")
    training, held_out = fixations.osie(data)
    return saliency(model, held_out, centre_prior(training.densities), say)


def _photos(model: Model, data: Path, say: Say) -> dict[str, float]:
    say("reading the photos")
    return super_resolution(model, photos(data)[1], say)


def _flow_samples(model: Model, data: Path, say: Say) -> dict[str, float]:
    say("reading the pairs")
    return flow(model, pairs.samples(data), say)


def _flow_made(model: Model, data: Path, say: Say) -> dict[str, float]:
    say("making the pairs")
    return flow(model, pairs.measured(pairs.photos(data)[1]), say)


def _painted(model: Model, data: Path, say: Say) -> dict[str, float]:
    say("reading the photos")
    return style(model, painted_photos(data)[1], paintings(data), say)


HELD_OUT: Mapping[str, HeldOut] = {
    "cifar10": HeldOut("cifar10-jpeg-validation", "classification", _cifar10, "top1", (32, 32)),
    # The name on a card must not promise what the first weights have spoiled.
    "cifar10-seen": HeldOut(
        "cifar10-jpeg-validation-seen", "classification", _cifar10, "top1", (32, 32), seen=True
    ),
    "sign-digits": HeldOut(
        "sign-digits-validation", "classification", _labelled(classes.signs), "top1", (100, 100)
    ),
    "rsscn7": HeldOut(
        "rsscn7-validation", "classification", _labelled(classes.land_use), "top1", (200, 200)
    ),
    "cxr3": HeldOut(
        "cxr3-validation-patients", "classification", _labelled(classes.chest), "top1", (256, 256)
    ),
    "camvid": HeldOut("camvid-val", "segmentation", _camvid, "miou", (480, 360)),
    "crackforest": HeldOut(
        "crackforest-validation", "segmentation", _crackforest, "f1_2px", (480, 320)
    ),
    "bccd": HeldOut("bccd-validation-scan", "detection", _boxed(boxes.cells), "ap50", (640, 480)),
    "hardhat": HeldOut(
        "hardhat-validation", "detection", _boxed(boxes.helmets), "ap50", (416, 416)
    ),
    "aerial-cars": HeldOut(
        "aerial-cars-validation-flights", "detection", _boxed(boxes.cars), "ap50", (1280, 720)
    ),
    "flow-samples": HeldOut("flow-samples", "flow", _flow_samples, "epe", (320, 240)),
    "flow-made": HeldOut("flow-made", "flow", _flow_made, "epe", (320, 240)),
    "osie": HeldOut("osie-validation", "saliency", _osie, "nss", (800, 600)),
    "painted-photos": HeldOut("painted-photos", "style", _painted, "style_ratio", (480, 320)),
    "scene": HeldOut("held-out-of-each", "scene", scene, "edges/ods", (480, 360)),
    "photos": HeldOut("sr-validation", "super-resolution", _photos, "psnr_y", (320, 180)),
}
"""Every set by the key that a recipe's `held_out` and `--on` name it by."""
