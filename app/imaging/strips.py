"""A picture too large to be in memory whole: its rows come from top to bottom in strips."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.imaging.picture import Picture

CHANNELS = {1: "gray", 2: "gray with alpha", 3: "RGB", 4: "RGB with alpha"}
"""What the channels of a strip are, by their number."""


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
    """

    width: int
    height: int
    channels: int
    dtype: np.dtype[Any]
    strips: Iterable[NDArray[Any]]
    icc: bytes | None = None


def enlarged(picture: Picture, scale: int, bands: Iterable[NDArray[Any]]) -> Strips:
    """An enlargement as strips: gray if the picture is gray, with its alpha enlarged bicubically.

    Args:
        picture: what is enlarged.
        scale: how many times larger each way.
        bands: `[rows, width * scale, 3]` of the picture's type, from top to bottom; what becomes of
            `picture.pixels`.
    """
    colors = 1 if picture.gray else 3
    alpha = picture.alpha

    def strips() -> Iterator[NDArray[Any]]:
        top = 0
        for band in bands:
            bottom = top + len(band)
            strip = band[..., :colors]
            if alpha is not None:
                grown = enlarged_alpha(alpha, scale, top, bottom)
                strip = np.concatenate([strip, grown[..., np.newaxis]], axis=-1)
            yield strip
            top = bottom

    return Strips(
        width=picture.width * scale,
        height=picture.height * scale,
        channels=colors + (alpha is not None),
        dtype=picture.pixels.dtype,
        strips=strips(),
        icc=picture.icc,
    )


def enlarged_alpha(
    alpha: NDArray[Any], scale: int, top: int = 0, bottom: int | None = None
) -> NDArray[Any]:
    """Rows `top` to `bottom` of an alpha channel that is enlarged bicubically.

    Pillow looks beyond the box that it resizes for context, so rows are the same as in the whole.

    Args:
        alpha: uint8 or uint16 `[H, W]`.
        scale: how many times larger each way.
        top: first row, of the enlargement.
        bottom: row after the last; all of them when absent.
    """
    height, width = alpha.shape
    bottom = height * scale if bottom is None else bottom
    box = (0.0, top / scale, float(width), bottom / scale)
    size = (width * scale, bottom - top)
    return np.asarray(Image.fromarray(alpha).resize(size, Image.Resampling.BICUBIC, box))


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
