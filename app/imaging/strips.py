"""A picture too large to be in memory whole: its rows come from top to bottom in strips."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.imaging.georeference import GeoReference
from app.imaging.metadata import NONE, Metadata
from app.imaging.picture import Picture

CHANNELS = {1: "gray", 2: "gray with alpha", 3: "RGB", 4: "RGB with alpha"}
"""What the channels of a strip are, by their number."""

ROWS = 256
"""Rows of a picture in memory that are handed on at once."""

REACH = 3
"""Rows that bicubic interpolation looks at beyond a row, at most."""


@dataclass(frozen=True)
class Strips:
    """Pixels that can be gone through once.

    Attributes:
        width: pixels from left to right.
        height: pixels from top to bottom.
        channels: one of `CHANNELS`.
        dtype: uint8 or uint16.
        strips: `[rows, width, channels]` of that type each; their rows add up to `height`.
        icc: colour profile that they are in; `None` means sRGB.
        metadata: resolution, EXIF and XMP.
        geo: where on earth all of it lies.
    """

    width: int
    height: int
    channels: int
    dtype: np.dtype[Any]
    strips: Iterable[NDArray[Any]]
    icc: bytes | None = None
    metadata: Metadata = NONE
    geo: GeoReference | None = None


def strips_of(picture: Picture) -> Strips:
    """A picture that is in memory, a few rows at a time."""
    parts = range(0, picture.height, ROWS)
    return Strips(
        width=picture.width,
        height=picture.height,
        channels=(1 if picture.gray else 3) + (picture.alpha is not None),
        dtype=picture.pixels.dtype,
        strips=(picture.samples(top, top + ROWS) for top in parts),
        icc=picture.icc,
        metadata=picture.metadata,
        geo=picture.geo,
    )


def enlarged(picture: Picture, scale: int, bands: Iterable[NDArray[Any]]) -> Strips:
    """An enlargement as strips: gray if the picture is gray, with its alpha enlarged bicubically.

    Args:
        picture: what is enlarged.
        scale: how many times larger each way.
        bands: `[rows * scale, width * scale, 3]` of the picture's type, from top to bottom: all of
            what becomes of `picture.pixels`, by whole rows of it.
    """
    colors = 1 if picture.gray else 3
    alpha = picture.alpha

    def strips() -> Iterator[NDArray[Any]]:
        top = 0
        for band in bands:
            bottom = top + len(band) // scale
            strip = band[..., :colors]
            if alpha is not None:
                grown = enlarged_alpha(alpha, scale, top, bottom)
                strip = np.concatenate([strip, grown[..., np.newaxis]], axis=-1)
            yield strip
            top = bottom

    width, height = picture.width * scale, picture.height * scale
    return Strips(
        width=width,
        height=height,
        channels=colors + (alpha is not None),
        dtype=picture.pixels.dtype,
        strips=strips(),
        icc=picture.icc,
        metadata=picture.metadata.of_size(width, height, scale),
        geo=picture.geo and picture.geo.scaled(scale),
    )


def enlarged_alpha(
    alpha: NDArray[Any], scale: int, top: int = 0, bottom: int | None = None
) -> NDArray[Any]:
    """An alpha channel, or some rows of it, enlarged bicubically; rows are those of the whole.

    Args:
        alpha: uint8 or uint16 `[H, W]`.
        scale: how many times larger each way.
        top: first row of `alpha` that is enlarged.
        bottom: row after the last; all of them when absent.
    """
    height, width = alpha.shape
    bottom = height if bottom is None else bottom
    first, last = max(0, top - REACH), min(height, bottom + REACH)
    # Pillow looks beyond the box that it resizes for context. Which way it goes first it chooses by
    # the size, and it rounds between, so it is told to go along the rows first.
    image = Image.fromarray(np.ascontiguousarray(alpha[first:last]))
    wide = image.resize((width * scale, last - first), Image.Resampling.BICUBIC)
    # Places in the box are fractions, exact only where the scale is a power of two.
    step = bottom - top if scale & (scale - 1) == 0 else 1
    made = np.empty(((bottom - top) * scale, width * scale), alpha.dtype)
    for row in range(top, bottom, step):
        near = max(0, row - REACH)
        part = wide.crop((0, near - first, wide.width, min(height, row + step + REACH) - first))
        box = (0.0, float(row - near), float(wide.width), float(row - near + step))
        rows = part.resize((wide.width, step * scale), Image.Resampling.BICUBIC, box)
        made[(row - top) * scale : (row - top + step) * scale] = rows
    return made


def rows_of(strips: Iterable[NDArray[Any]], count: int) -> Iterator[NDArray[Any]]:
    """The same rows in strips of `count` rows each; the last one may have fewer."""
    kept: list[NDArray[Any]] = []
    held = 0
    for strip in strips:
        place = 0
        while place < len(strip):
            taken = strip[place : place + count - held]
            kept.append(taken)
            held += len(taken)
            place += len(taken)
            if held == count:
                yield kept[0] if len(kept) == 1 else np.concatenate(kept)
                kept, held = [], 0
    if kept:
        yield np.concatenate(kept)
