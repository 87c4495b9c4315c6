"""A large picture as overlapping tiles of one size, each with the context it needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.card import ModelCard

Span = tuple[int, int]
"""`[start, stop)` in pixels of the picture."""

WIDE = 5
"""Halos that a tile measures at least, each way, however few pixels are wished: of a tile of three
a ninth is kept, of one of five a third."""

LEAST = 3
"""Halos that a tile measures at least where memory allows no more."""

LONGEST = 1024
"""Largest side of a tile that is longer than wide; the default of `DENSIGHT_TENSORRT_SIDE`."""

STEP = 32
"""Sides of tiles are multiples of it where they can be, so that few shapes occur."""


@dataclass(frozen=True)
class Part:
    """What a tile keeps and reads along one side of the picture."""

    kept: Span
    read: Span


@dataclass(frozen=True)
class Tile:
    """One tile: the part that is kept, and the part that is read, with its context.

    Beyond the picture's edge there is no context, so there the network sees the same border as in
    the whole picture.
    """

    rows: Part
    columns: Part

    def read(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """What the network gets of a picture's `[H, W, ...]`."""
        return pixels[slice(*self.rows.read), slice(*self.columns.read)]

    def inside(self, answer: NDArray[Any], scale: int = 1) -> NDArray[Any]:
        """What is kept of an answer to the pixels read, if that is `scale` times larger."""
        rows, columns = (
            slice(*((place - part.read[0]) * scale for place in part.kept))
            for part in (self.rows, self.columns)
        )
        return answer[rows, columns]


@dataclass(frozen=True)
class Cut:
    """All tiles of a picture, as the parts of its two sides.

    Every tile reads the same number of pixels each way, once those at the right and lower edge are
    padded to multiples: such tiles fit into one batch, and a GPU needs one plan for all of them.
    """

    rows: tuple[Part, ...]
    columns: tuple[Part, ...]

    def __len__(self) -> int:
        return len(self.rows) * len(self.columns)

    def band(self, rows: Part) -> list[Tile]:
        """The tiles from left to right that keep the same rows."""
        return [Tile(rows, columns) for columns in self.columns]


def cut(
    card: ModelCard, height: int, width: int, *, pixels: int, halo: int, most: int | None = None
) -> Cut:
    """Cut a picture into the tiles that a model needs.

    Tiles are square where the picture allows, else at most `LONGEST` or as long as a square of
    `pixels`.

    Args:
        card: of the model; it names the halo and what sides are multiples of.
        height: of the picture.
        width: of the picture.
        pixels: that are read at once, unless the halo asks for more: see `WIDE`.
        halo: where no context is exact (the card's halo is null).
        most: pixels that can be read at once, whatever the halo asks for.

    Raises:
        ValueError: with so few the halo leaves too little inside: see `LEAST`.
    """
    multiple = card.multiple
    needed = _up(halo if card.halo is None else card.halo, multiple)
    area = max(pixels, (WIDE * needed) ** 2, multiple**2)
    if most is not None:
        area = min(area, most)
    # Square, but longer where the picture has less of the other side.
    longest = max(LONGEST, isqrt(pixels), LEAST * needed)
    high = min(_up(height, multiple), isqrt(area), longest)
    wide = min(_up(width, multiple), area // max(1, high), longest)
    high = min(_up(height, multiple), area // max(1, wide), longest)
    for length, side in ((height, high), (width, wide)):
        if side < min(_up(length, multiple), max(multiple, LEAST * needed)):
            raise ValueError(f"{area} pixels are too few for a tile with a halo of {needed}")
    return Cut(
        *(
            parts(length, side // multiple * multiple, needed, multiple)
            for length, side in ((height, high), (width, wide))
        )
    )


def parts(length: int, side: int, halo: int, multiple: int = 1) -> tuple[Part, ...]:
    """Cut one side of a picture evenly.

    Args:
        length: of the side, in pixels.
        side: largest length that is read at once, a multiple of `multiple`.
        halo: pixels of context that a kept pixel needs on each side, a multiple of `multiple`.
        multiple: parts begin at multiples of it, so that a network with strides sees each pixel at
            the place in its grid where it is in the whole picture.

    Raises:
        ValueError: `side` leaves no room beside the halo.
    """
    padded = _up(length, multiple)
    if padded <= side:
        return (Part((0, length), (0, length)),)
    if side < 2 * halo + multiple:
        raise ValueError(f"a tile of {side} pixels has no inside with a halo of {halo}")
    # The first and the last part have an edge of the picture on one side, and no halo there.
    count = -(-(padded - 2 * halo) // (side - 2 * halo))
    read = -(-(padded + 2 * halo * (count - 1)) // count)
    read = min(side, _up(_up(read, STEP), multiple))
    starts = [
        (padded - read) * index // (count - 1) // multiple * multiple for index in range(count)
    ]
    # Between these two ends of an overlap lies what both parts have enough context for.
    ends = [
        (start + halo + before + read - halo) // 2 // multiple * multiple
        for before, start in pairwise(starts)
    ]
    return tuple(
        Part(kept, (start, min(length, start + read)))
        for start, kept in zip(starts, zip([0, *ends], [*ends, length], strict=True), strict=True)
    )


def ramps(parts: Sequence[Part], halo: int, scale: int = 1) -> list[NDArray[np.float32]]:
    """The weight of what each part reads, where overlapping answers are blended.

    From the ends of what is read, where context is missing, weights rise linearly over twice the
    halo, but not from an edge of the picture; then they are divided by their sum, so that all
    weights of a place add up to 1. The weight of a pixel is that of its row times that of its
    column.

    Returns:
        For each part float32 `[(stop - start) * scale]`, above 0 and at most 1.
    """
    length = parts[-1].read[1]
    sums = np.zeros(length * scale)
    raw = []
    for start, stop in (part.read for part in parts):
        place = (np.arange((stop - start) * scale) + 0.5) / scale
        rise = np.ones_like(place)
        if halo and start > 0:
            rise = np.minimum(rise, place / (2 * halo))
        if halo and stop < length:
            rise = np.minimum(rise, (stop - start - place) / (2 * halo))
        sums[start * scale : stop * scale] += rise
        raw.append(rise)
    return [
        (rise / sums[part.read[0] * scale : part.read[1] * scale]).astype(np.float32)
        for rise, part in zip(raw, parts, strict=True)
    ]


def batches(tiles: Sequence[Tile], size: int) -> Iterator[Sequence[Tile]]:
    """Tiles in groups of at most `size`."""
    for start in range(0, len(tiles), size):
        yield tiles[start : start + size]


def _up(side: int, multiple: int) -> int:
    return -(-side // multiple) * multiple
