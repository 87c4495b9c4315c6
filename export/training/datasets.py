"""The pictures that the recipes learn from, and those they hold out for validation."""

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

CIFAR10_ARCHIVE = "cifar10-train-jpg.tar.xz"
PHOTO_ARCHIVES = ("sr-train-lossless.tar", "sr-train-bsds399.tar")

CIFAR10_CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip

HELD_OUT_PER_CLASS = 500

BSDS_SCALE = 0.8
"""BSDS500 pictures are JPEGs; making them smaller averages their 8x8 block artefacts away."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Split:
    """Pictures and what they show.

    Attributes:
        pictures: uint8 `[N, 32, 32, 3]`, RGB.
        labels: int64 `[N]`, indices into `classes`.
        classes: their names.
    """

    pictures: Pixels
    labels: NDArray[np.int64]
    classes: tuple[str, ...] = CIFAR10_CLASSES


def cifar10_jpeg(data: Path, cache: Path | None = None) -> tuple[Split, Split]:
    """CIFAR-10's training pictures as JPEGs, divided into training and validation.

    Args:
        data: folder that holds `cifar10-train-jpg.tar.xz` (`train/<class>/NNNN.jpg`).
        cache: folder for the decoded pictures (`cifar10-jpeg.npz`), which spares the half minute of
            decoding next time; `None` keeps nothing.

    Returns:
        `(training, validation)`: 45,000 and 5,000 pictures, the same at every call; validation
        holds 500 of each class, drawn once with a fixed seed.

    Raises:
        FileNotFoundError: the archive is not in the folder.
    """
    pictures, labels = _cifar10_decoded(data, cache)
    held_out = held_out_of_each_class(labels, HELD_OUT_PER_CLASS)
    return (
        Split(pictures[~held_out], labels[~held_out]),
        Split(pictures[held_out], labels[held_out]),
    )


def held_out_of_each_class(labels: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Choose `count` pictures of each class with a fixed seed.

    Args:
        labels: int64 `[N]`.
        count: how many of each.

    Returns:
        bool `[N]`, true where a picture is held out.
    """
    held_out = np.zeros(len(labels), bool)
    generator = np.random.default_rng(0)
    for label in np.unique(labels):
        held_out[generator.choice(np.flatnonzero(labels == label), count, replace=False)] = True
    return held_out


def sr_photos(data: Path) -> tuple[list[Pixels], list[Pixels]]:
    """Photos without visible compression, divided into training and validation.

    Args:
        data: folder that holds `sr-train-lossless.tar` and `sr-train-bsds399.tar`.

    Returns:
        `(training, validation)`: uint8 `[H, W, 3]` each, RGB, sides of 78 to 1000 pixels. Of the
        540 photos 18 are for validation, the same at every call: 8 of `debian/` and 10 of
        `bsds500_test/`. BSDS500's are reduced to `BSDS_SCALE` of their size.

    Raises:
        FileNotFoundError: an archive is not in the folder.
    """
    photos = {name: image for archive in PHOTO_ARCHIVES for name, image in _images(data / archive)}
    held_out = held_out_photos(list(photos))
    training = [_photo(name, image) for name, image in photos.items() if name not in held_out]
    return training, [_photo(name, photos[name]) for name in held_out]


def held_out_photos(names: list[str]) -> list[str]:
    """The validation photos among names such as `debian/plasma_Path.webp`, evenly spread."""
    debian = sorted(name for name in names if name.startswith("debian/"))
    bsds = sorted(name for name in names if name.startswith("bsds500_test/"))
    return debian[::4][:8] + bsds[::16][:10]


def _photo(name: str, image: Image.Image) -> Pixels:
    if name.startswith("bsds500"):
        width, height = int(image.width * BSDS_SCALE), int(image.height * BSDS_SCALE)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(image)


def _cifar10_decoded(data: Path, cache: Path | None) -> tuple[Pixels, NDArray[np.int64]]:
    decoded = cache / "cifar10-jpeg.npz" if cache is not None else None
    if decoded is not None and decoded.is_file():
        with np.load(decoded) as arrays:
            return arrays["pictures"], arrays["labels"]
    images = sorted(_images(data / CIFAR10_ARCHIVE), key=lambda entry: entry[0])
    pictures = np.stack([np.asarray(image) for _, image in images])
    names = (name.split("/")[-2] for name, _ in images)
    labels = np.array([CIFAR10_CLASSES.index(name) for name in names], np.int64)
    if decoded is not None:
        decoded.parent.mkdir(parents=True, exist_ok=True)
        np.savez(decoded, pictures=pictures, labels=labels)
    return pictures, labels


def _images(archive: Path) -> Iterator[tuple[str, Image.Image]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.name.endswith((".jpg", ".webp")) and (file := tar.extractfile(member)):
                yield member.name, Image.open(io.BytesIO(file.read())).convert("RGB")
