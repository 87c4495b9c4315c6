"""Fields of vectors made visible and written: a wheel of colours, arrows, and the flow files."""

import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.imaging.dense import bands
from app.imaging.picture import Picture
from app.imaging.render import colored

Vectors = NDArray[np.float32]
"""`[H, W, 2]`: pixels to the right and down; NaN where nothing is known."""

KITTI_SCALE, KITTI_ZERO = 64.0, 2**15
"""KITTI's 16-bit form (Menze and Geiger, CVPR 2015, devkit): `value = pixels * 64 + 32768`."""

FLO_TAG = 202021.25
"""The first number of a Middlebury file (Baker et al., IJCV 2011), to tell the order of bytes."""

FLO_UNKNOWN = 1e10
"""What stands there for a vector that is not known; above 1e9 all are."""

_ARCS = (15, 6, 4, 11, 13, 6)
"""How many of the wheel's colours lie from red to yellow, to green, to cyan, to blue, to magenta
and to red again (Baker et al., after Geoff Hinton's advice: as many as the eye tells apart)."""

STEP = 16
"""Pixels between two arrows, or more in a large picture."""

ARROWS = 64
"""How many of them are beside each other at most."""


def _wheel() -> NDArray[np.float32]:
    """The colours around the wheel, `[55, 3]` in 0..1: red, then clockwise on the screen."""
    corners = np.array(
        [(1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1), (1, 0, 1), (1, 0, 0)], np.float32
    )
    arcs = [
        corners[index] + (corners[index + 1] - corners[index]) * np.arange(count)[:, None] / count
        for index, count in enumerate(_ARCS)
    ]
    return np.concatenate(arcs).astype(np.float32)


WHEEL = _wheel()


def wheel_colors(vectors: Vectors, longest: float) -> NDArray[np.uint8]:
    """Directions as hues and lengths as how strong they are; white stands still.

    Args:
        vectors: `[..., 2]`.
        longest: length of the strongest colours; what is longer is darker, what is not known black.

    Returns:
        uint8 `[..., 3]`.
    """
    known = np.asarray(np.isfinite(vectors).all(-1))
    x, y = (np.where(known, vectors[..., axis], 0) / max(longest, 1e-9) for axis in (0, 1))
    length = np.hypot(x, y)[..., np.newaxis]
    place = (np.arctan2(-y, -x) / np.pi + 1) / 2 * (len(WHEEL) - 1)
    before = np.floor(place).astype(int)
    share = (place - before)[..., np.newaxis]
    color = WHEEL[before] * (1 - share) + WHEEL[(before + 1) % len(WHEEL)] * share
    shown = np.where(length <= 1, 1 - length * (1 - color), color * 0.75)
    levels: NDArray[np.uint8] = (255 * np.where(known[..., np.newaxis], shown, 0)).astype(np.uint8)
    return levels


def wheel(vectors: Vectors) -> Picture:
    """A field in the colours of the wheel, the longest vector strongest."""
    longest = longest_of(vectors)
    pixels = np.empty((*vectors.shape[:2], 3), np.uint8)
    for rows, given in zip(bands(pixels), bands(vectors), strict=True):
        rows[...] = wheel_colors(given, longest)
    return Picture(pixels)


def arrows(picture: Picture, vectors: Vectors) -> Picture:
    """Arrows over a picture, each from a pixel to where it went; points stand still.

    Args:
        picture: that the vectors `[H, W, 2]` are about.
        vectors: at the picture's size.
    """
    height, width = vectors.shape[:2]
    step = max(STEP, -(-max(height, width) // ARROWS))
    image = Image.fromarray(np.ascontiguousarray(picture.rgb8))
    drawing = ImageDraw.Draw(image)
    longest, thick = longest_of(vectors), max(1, step // 12)
    places = [(x, y) for y in range(step // 2, height, step) for x in range(step // 2, width, step)]
    for x, y in places:
        vector = vectors[y, x]
        if not np.isfinite(vector).all():
            continue
        red, green, blue = wheel_colors(vector, longest).tolist()
        _arrow(drawing, np.array([x, y]), vector, (red, green, blue), thick)
    return colored(picture, np.asarray(image))


def _arrow(
    drawing: ImageDraw.ImageDraw,
    start: NDArray[np.int64],
    vector: NDArray[np.float32],
    color: tuple[int, int, int],
    thick: int,
) -> None:
    end, length = start + vector, float(np.hypot(*vector))
    if length < 1:
        x, y = start.tolist()
        drawing.ellipse((x - thick, y - thick, x + thick, y + thick), fill=color)
        return
    drawing.line([*start.tolist(), *end.tolist()], color, thick)
    along = vector / length * min(length, 4.0 * thick) * 0.7
    across = np.array([-along[1], along[0]]) * 0.6
    head = [end, end - along + across, end - along - across]
    drawing.polygon([tuple(point.tolist()) for point in head], fill=color)


def longest_of(vectors: Vectors) -> float:
    """Length of the longest vector that is known; 0 where there is none."""
    return max(
        (float(np.nanmax(lengths(rows), initial=0.0)) for rows in bands(vectors)), default=0.0
    )


def lengths(vectors: Vectors) -> NDArray[np.float32]:
    """Length of every vector, `[...]` of `[..., 2]`; NaN where it is not known."""
    return np.hypot(vectors[..., 0], vectors[..., 1])


def kitti(vectors: Vectors) -> Picture:
    """KITTI's form: 16 bits, red and green are x and y, blue is 1 where a vector is known.

    Vectors that the form can not hold, of 512 pixels and more along an axis, are not known in it.
    """
    pixels = np.zeros((*vectors.shape[:2], 3), np.uint16)
    for rows, given in zip(bands(pixels), bands(vectors), strict=True):
        values = np.rint(given * KITTI_SCALE + KITTI_ZERO)
        known = ((values >= 0) & (values < 2**16)).all(-1)
        rows[known, :2] = values[known].astype(np.uint16)
        rows[known, 2] = 1
    return Picture(pixels)


def flo(vectors: Vectors) -> bytes:
    """Middlebury's form: a tag, width, height and 32-bit floats, all little-endian."""
    height, width = vectors.shape[:2]
    known = np.where(np.isfinite(vectors), vectors, np.float32(FLO_UNKNOWN))
    return struct.pack("<fii", FLO_TAG, width, height) + known.astype("<f4").tobytes()
