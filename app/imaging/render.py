"""Numbers made visible: heat maps, colours laid over a picture, frames around objects."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.imaging.dense import bands
from app.imaging.metadata import Metadata
from app.imaging.palette import Color
from app.imaging.picture import Picture

# Every sixteenth of matplotlib's "inferno" (CC0, by N. Smith and S. van der Walt), whose lightness
# rises evenly from black over purple, red and orange to pale yellow.
_STOPS = bytes.fromhex(
    "000004 0b0724 210c4a 3c0965 57106d 70196e 89226a a32b61 bb3755"
    "d14644 e35932 f1711e f98d0a fcab0f f9ca32 f2e865 fcffa4"
)
HEAT = np.stack(
    [
        np.rint(np.interp(np.arange(256), np.linspace(0, 255, 17), list(_STOPS[channel::3])))
        for channel in range(3)
    ],
    axis=-1,
).astype(np.uint8)
"""The colours of 256 levels, uint8 `[256, 3]`."""


def levels(unit: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Numbers in 0..1 as 8-bit levels."""
    made = np.empty(unit.shape, np.uint8)
    for rows, given in zip(bands(made), bands(unit), strict=True):
        rows[...] = np.rint(given * np.float32(255))
    return made


def heat_colors(unit: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Numbers in 0..1, `[...]`, as colours from black to pale yellow, uint8 `[..., 3]`."""
    return HEAT[levels(unit)]


def heat(values: NDArray[np.float32], width: int, height: int) -> Picture:
    """A map of numbers as a colour picture, smallest black and largest bright.

    Args:
        values: float32 `[h, w]`, any range.
        width: of the picture made.
        height: of the picture made.
    """
    low, high = float(values.min()), float(values.max())
    unit = (values - low) / (high - low) if high > low else np.zeros_like(values)
    image = Image.fromarray(unit.astype(np.float32)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    return Picture(heat_colors(np.clip(np.asarray(image), 0.0, 1.0)))


def overlay(picture: Picture, values: NDArray[np.uint8], colors: NDArray[np.uint8]) -> Picture:
    """Colours and picture, half of each, in 8 bits; alpha stays, and a profile of colours too.

    Args:
        picture: of any kind.
        values: uint8 `[H, W]` of the picture's size.
        colors: uint8 `[256, 3]`, of each value.
    """
    pixels = picture.rgb8
    blended = np.empty_like(pixels)
    # 16 bits are needed for the sum, but not of all pixels at once.
    for rows, shown, value in zip(bands(blended), bands(pixels), bands(values), strict=True):
        rows[...] = (shown.astype(np.uint16) + colors[value] + 1) // 2
    return colored(picture, blended)


def colored(picture: Picture, pixels: NDArray[np.uint8]) -> Picture:
    """What was drawn over a picture in 8 bits; alpha stays, and a profile of colours too.

    Args:
        picture: of any kind.
        pixels: uint8 `[H, W, 3]`, the picture with what was drawn.
    """
    icc = None if picture.gray else picture.icc  # a profile of gray describes no colours
    return replace(picture, pixels=pixels, alpha=picture.alpha8, gray=False, icc=icc)


def drawing(shown: Picture, picture: Picture) -> Picture:
    """What was drawn of a picture, pixel for pixel: it has its resolution and lies where it does.

    It was taken by no camera, so nothing else is kept.
    """
    return replace(shown, metadata=Metadata(dpi=picture.metadata.dpi), geo=picture.geo)


SMALLEST = 10
"""Pixels of the smallest letters that can be read."""


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def framed(
    picture: Picture, boxes: NDArray[np.float32], captions: Sequence[str], colors: Sequence[Color]
) -> Picture:
    """The picture with frames and captions in 8 bits; alpha stays, and a profile of colours too.

    Args:
        picture: of any kind.
        boxes: `[n, 4]` in its pixels, the best first, which is drawn last.
        captions: of each box; characters that Pillow's own font lacks become empty frames.
        colors: of each box.
    """
    image = Image.fromarray(picture.rgb8)
    draw = ImageDraw.Draw(image)
    side = max(picture.width, picture.height)
    line, largest = min(6, max(1, round(side / 400))), min(40, round(side / 60))
    described = list(zip(boxes.tolist(), captions, colors, strict=True))
    for (left, top, right, bottom), _, color in reversed(described):
        # The last pixel of a box is the one before its right and lower sides.
        last = max(left, right - 1), max(top, bottom - 1)
        draw.rectangle((left, top, *last), outline=color, width=line)
    for (left, top, _, bottom), caption, color in reversed(described):
        # Small objects stand close together, so that large captions would hide their neighbours.
        font = _font(max(SMALLEST, min(largest, round((bottom - top) / 2))))
        wide, high = (math.ceil(end) + 2 * line for end in draw.textbbox((0, 0), caption, font)[2:])
        x, y = min(left, max(0, picture.width - wide)), top - high if top >= high else top
        draw.rectangle((x, y, x + wide - 1, y + high - 1), fill=color)
        ink = (255, 255, 255) if sum(color) < 3 * 128 else (0, 0, 0)
        draw.text((x + line, y + line), caption, ink, font)
    return colored(picture, np.asarray(image))


def gray(values: NDArray[np.uint8]) -> Picture:
    """Levels, uint8 `[H, W]`, as a gray picture."""
    return Picture(np.broadcast_to(values[..., np.newaxis], (*values.shape, 3)), gray=True)
