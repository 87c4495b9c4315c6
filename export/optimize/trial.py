"""The pictures that a variant is made with and judged by: of the archives, one's own, or noise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from app.errors import PictureError
from app.imaging.decode import decode
from app.runtime.model import Model
from app.tasks.task import UNBOUNDED
from export.datasets import boxes, cifar10, classes, fixations, masks
from export.datasets.photos import photos
from export.errors import ExportError
from export.evaluate.answers import Pixels
from export.evaluate.held_out import HELD_OUT
from export.evaluate.published import noted, recipe_of
from export.evaluate.super_resolution import reduced, super_resolution
from export.optimize.drop import Comparison, agreement, closeness
from export.optimize.int8 import Inputs
from export.recipe import Say
from export.timing import noise

T = TypeVar("T")

Compare = Callable[[Model, Model, Sequence[Inputs], Say], Comparison]
"""Takes a model, its variant, what the network was given for the calibration, and a listener."""

OWN = "own-pictures"
"""What a card calls the pictures of somebody's own folder."""

SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".jp2", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff"}
    | {".webp"}
)
"""File names that pictures have."""

NOISE = ((96, 64), (61, 83), (128, 128), (40, 150))
"""Width and height of pictures of noise."""

TRAINING: Mapping[str, Callable[[Path], Sequence[Pixels]]] = {
    "cifar10": lambda data: list(cifar10.jpegs(data)[0].pictures),
    "cifar10-seen": lambda data: list(cifar10.jpegs(data)[0].pictures),
    "sign-digits": lambda data: classes.signs(data)[0].pictures,
    "rsscn7": lambda data: classes.land_use(data)[0].pictures,
    "cxr3": lambda data: classes.chest(data)[0].pictures,
    "camvid": lambda data: masks.camvid(data)[0].pictures,
    "crackforest": lambda data: masks.cracks(data)[0].pictures,
    "bccd": lambda data: boxes.cells(data)[0].pictures,
    "hardhat": lambda data: boxes.helmets(data)[0].pictures,
    "aerial-cars": lambda data: boxes.cars(data)[0].pictures,
    "osie": lambda data: fixations.osie(data)[0].pictures,
    "photos": lambda data: photos(data)[0],
}
"""The pictures that were not held out, by the keys of `HELD_OUT`; for networks that take one
picture and answer one question."""


@dataclass(frozen=True)
class Trial:
    """What a variant is made with and judged by.

    Attributes:
        calibration: pictures that show what values a network meets.
        origin: what these are and under what terms, for the card.
        compare: measures what a variant has lost, on other pictures than `calibration` wherever
            there are pictures.
    """

    calibration: Sequence[Pixels]
    origin: str
    compare: Compare


def trial(model: Model, data: Path | None, count: int) -> Trial:
    """Find the pictures for a model.

    Args:
        model: which a variant is to be made of.
        data: a folder with pictures in it or below, or of the training archives; `None`: noise.
        count: how many pictures to calibrate with, at most.

    Raises:
        DensightError: a picture can not be decoded.
        ExportError: there is no such folder, or nothing in it is of use for the model.
    """
    if data is None:
        return _of_noise()
    if not data.is_dir():
        raise ExportError(f"there is no folder {data}")
    files = sorted(
        file for file in data.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file()
    )
    return _of_files(model, files, count) if files else _of_archives(model, data, count)


def _of_noise() -> Trial:
    """Random pixels: enough to see that a variant computes the same to its last digits."""
    pictures = [noise(*size).pixels for size in NOISE]
    return Trial(pictures, "", closeness)


def _of_files(model: Model, files: Sequence[Path], count: int) -> Trial:
    """Every other picture to calibrate with, those between to compare on."""
    if len(files) < 2:
        raise ExportError(
            f"{files[0]} is the only picture; at least two are needed, "
            "one to calibrate with and one to compare on"
        )
    chosen = evenly(files, 2 * count)
    calibration = [_read(file) for file in chosen[::2]]
    compared = [_read(file) for file in chosen[1::2]]

    def compare(one: Model, other: Model, _: Sequence[Inputs], say: Say) -> Comparison:
        if model.card.task != "super-resolution":
            return agreement(one, other, compared, OWN, say)
        # Pictures made small are known in full size: no labels are needed.
        before, after = (noted(OWN, super_resolution(each, compared, say)) for each in (one, other))
        return _compared(f"{OWN}/psnr_y", before, after)

    calibration = _uploads(model, calibration)
    return Trial(
        calibration=calibration,
        origin=f"{len(calibration)} pictures of whoever made this file; their terms are not stated",
        compare=compare,
    )


def _of_archives(model: Model, data: Path, count: int) -> Trial:
    """Pictures of the training to calibrate with; the model's own protocol to compare."""
    recipe = recipe_of(model.card)
    if recipe is None or not recipe.held_out:
        raise ExportError(
            f"there are no pictures in {data}, and no recipe says what {model.card.name} was "
            "trained with; --data takes a folder of pictures like those it will be asked about"
        )
    held_out = HELD_OUT[recipe.held_out]
    if recipe.held_out not in TRAINING:
        raise ExportError(f"nobody has said what a network for {held_out.task} is calibrated with")
    try:
        calibration = _uploads(model, evenly(TRAINING[recipe.held_out](data), count))
    except FileNotFoundError as error:
        raise ExportError(f"neither pictures nor {error.filename} are in {data}") from error

    def compare(one: Model, other: Model, _: Sequence[Inputs], say: Say) -> Comparison:
        before, after = (
            noted(held_out.name, held_out.measure(each, data, say)) for each in (one, other)
        )
        return _compared(f"{held_out.name}/{held_out.headline}", before, after)

    return Trial(
        calibration=calibration,
        origin=f"{len(calibration)} of the pictures that it was trained on, under their terms",
        compare=compare,
    )


def evenly(items: Sequence[T], count: int) -> list[T]:
    """At most `count` of the items, from the first to the last in equal steps."""
    places = np.linspace(0, len(items) - 1, min(count, len(items))).round().astype(int)
    return [items[place] for place in places]


def _uploads(model: Model, pictures: Sequence[Pixels]) -> list[Pixels]:
    """What a user would send: the pictures, or for a super-resolution small ones."""
    if model.card.task != "super-resolution":
        return list(pictures)
    return [reduced(picture, model.card.scale) for picture in pictures]


def _read(file: Path) -> Pixels:
    try:
        return decode(file.read_bytes(), max_pixels=UNBOUNDED.max_pixels).rgb8
    except PictureError as error:
        raise ExportError(f"{file}: {error}") from error


def _compared(metric: str, before: Mapping[str, float], after: Mapping[str, float]) -> Comparison:
    noted_too = {**after, f"{metric}_float": before[metric]}
    return Comparison(metric, before[metric], after[metric], noted_too)
