"""Dense answers, one value for each pixel a network saw, back on the picture they are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.card import Fit
from app.imaging.fit import geometry, seen
from app.imaging.palette import VOID


def unfit(
    values: NDArray[np.float32], width: int, height: int, how: Fit | None, multiple: int = 1
) -> NDArray[np.float32]:
    """Bring a map of a fitted picture back to the picture's own size, bicubically.

    Args:
        values: float32 `[h, w]` in 0..1, of any resolution, for what `fit` made of the picture.
        width: of the picture.
        height: of the picture.
        how: the card's `fit`.
        multiple: the card's `multiple`; what it added to the right and below is cut away.

    Returns:
        float32 `[height, width]` in 0..1; 0 where the network saw nothing because of a crop.
    """
    left, top, right, bottom = seen(width, height, how)
    known = _resized(values, width, height, how, multiple, Image.Resampling.BICUBIC)
    whole = np.zeros((height, width), np.float32)
    # Bicubic interpolation overshoots beside an edge.
    np.clip(known, 0.0, 1.0, out=whole[top:bottom, left:right])
    return whole


def unfit_vectors(
    vectors: NDArray[np.float32], width: int, height: int, how: Fit | None, multiple: int = 1
) -> NDArray[np.float32]:
    """Bring a field of vectors, in pixels of the fitted picture, back to the picture's own pixels.

    Args:
        vectors: float32 `[h, w, 2]` for what `fit` made of the picture, x and y.
        width: of the picture.
        height: of the picture.
        how: the card's `fit`.
        multiple: the card's `multiple`.

    Returns:
        float32 `[height, width, 2]`, bilinear between the vectors; NaN where the network saw
        nothing because of a crop.
    """
    left, top, right, bottom = seen(width, height, how)
    across, down = (width, height) if how is None else geometry(width, height, how)[0]
    whole = np.full((height, width, 2), np.nan, np.float32)
    for axis, factor in enumerate(((right - left) / across, (bottom - top) / down)):
        plane = np.ascontiguousarray(vectors[..., axis])
        known = _resized(plane, width, height, how, multiple, Image.Resampling.BILINEAR)
        np.multiply(known, np.float32(factor), out=whole[top:bottom, left:right, axis])
    return whole


def unfit_classes(
    classes: NDArray[np.uint8], width: int, height: int, how: Fit | None, multiple: int = 1
) -> NDArray[np.uint8]:
    """Bring a map of classes back to the picture's own size by a smooth vote.

    The mask of every class is resized bilinearly, and each pixel takes the class that has most of
    it; of equals the lowest. Borders become smooth, and no class arises between two others.

    Args:
        classes: uint8 `[h, w]`, of any resolution, for what `fit` made of the picture.
        width: of the picture.
        height: of the picture.
        how: the card's `fit`.
        multiple: the card's `multiple`.

    Returns:
        uint8 `[height, width]`; `VOID` where the network saw nothing because of a crop.
    """
    left, top, right, bottom = seen(width, height, how)
    whole = np.full((height, width), VOID, np.uint8)
    known = whole[top:bottom, left:right]
    most = np.zeros(known.shape, np.uint8)
    for index in np.unique(classes):
        mask = np.where(classes == index, np.uint8(255), np.uint8(0))
        votes = _resized(mask, width, height, how, multiple, Image.Resampling.BILINEAR)
        won = votes > most
        known[won] = index
        most[won] = votes[won]
    return whole


@dataclass(frozen=True)
class Extent:
    """What of a picture an answer of a network is about.

    Attributes:
        width: of the picture.
        height: of the picture.
        how: the card's `fit`.
        multiple: the card's `multiple`.
    """

    width: int
    height: int
    how: Fit | None = None
    multiple: int = 1

    def values(self, plane: NDArray[np.float32]) -> NDArray[np.float32]:
        """A map in 0..1 at the picture's size, see `unfit`."""
        return unfit(plane, self.width, self.height, self.how, self.multiple)

    def classes(self, plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Classes at the picture's size, see `unfit_classes`."""
        return unfit_classes(plane, self.width, self.height, self.how, self.multiple)

    @property
    def known(self) -> tuple[slice, slice]:
        """The rows and columns that the network was shown."""
        left, top, right, bottom = seen(self.width, self.height, self.how)
        return slice(top, bottom), slice(left, right)


def counted(classes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """How many pixels each of 256 classes has; int64 `[256]`."""
    # NumPy counts in a copy of 8 bytes a value, so it gets few at once.
    counts = np.zeros(256, np.int64)
    for rows in bands(classes):
        counts += np.bincount(rows.ravel(), minlength=256)
    return counts


def bands(plane: NDArray[Any], pixels: int = 2**20) -> Iterator[NDArray[Any]]:
    """An array's rows from top to bottom, about so many pixels at once, for what makes copies."""
    step = max(1, pixels // (plane.shape[1] if plane.ndim > 1 else 1))
    for top in range(0, len(plane), step):
        yield plane[top : top + step]


def _resized(
    plane: NDArray[Any],
    width: int,
    height: int,
    how: Fit | None,
    multiple: int,
    resampling: Image.Resampling,
) -> NDArray[Any]:
    """The plane without what was padded, at the size of what the network saw of the picture."""
    left, top, right, bottom = seen(width, height, how)
    fitted = (width, height) if how is None else geometry(width, height, how)[0]
    # The answer may be coarser than the input, so that padding ends within one of its pixels.
    # Pillow looks beyond its box for context, hence the cut before.
    sides = [
        (length * given, length + -length % multiple)
        for length, given in zip(fitted, plane.shape[::-1], strict=True)
    ]
    across, down = (-(-part // whole) for part, whole in sides)
    box = (0.0, 0.0, *(part / whole for part, whole in sides))
    image = Image.fromarray(np.ascontiguousarray(plane[:down, :across]))
    return np.asarray(image.resize((right - left, bottom - top), resampling, box))
