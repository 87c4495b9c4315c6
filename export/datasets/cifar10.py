"""CIFAR-10 (Krizhevsky 2009) as JPEGs: ten classes of 32x32 pictures."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.datasets.archive import Pixels, images

ARCHIVE = "cifar10-train-jpg.tar.xz"

CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip

HELD_OUT_PER_CLASS = 500


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
    classes: tuple[str, ...] = CLASSES


def jpegs(data: Path, cache: Path | None = None) -> tuple[Split, Split]:
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
    pictures, labels = _decoded(data, cache)
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


def _decoded(data: Path, cache: Path | None) -> tuple[Pixels, NDArray[np.int64]]:
    decoded = cache / "cifar10-jpeg.npz" if cache is not None else None
    if decoded is not None and decoded.is_file():
        with np.load(decoded) as arrays:
            return arrays["pictures"], arrays["labels"]
    entries = sorted(images(data / ARCHIVE), key=lambda entry: entry[0])
    pictures = np.stack([np.asarray(image.convert("RGB")) for _, image in entries])
    names = (name.split("/")[-2] for name, _ in entries)
    labels = np.array([CLASSES.index(name) for name in names], np.int64)
    if decoded is not None:
        decoded.parent.mkdir(parents=True, exist_ok=True)
        np.savez(decoded, pictures=pictures, labels=labels)
    return pictures, labels
