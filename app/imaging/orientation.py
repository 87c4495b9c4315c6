"""The eight ways in which a picture may lie in its file, and the way back to upright."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TAG = 0x0112
"""Of the orientation, in EXIF and in TIFF."""

ASIDE = range(5, 9)
"""Orientations in which the sides change places."""

# Exif 2.32, 4.6.4, tag 0x0112: which sides of the picture the first row and column are.
_UPRIGHT: Mapping[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored[::-1].swapaxes(0, 1),
    7: lambda stored: stored[::-1, ::-1].swapaxes(0, 1),
    8: lambda stored: stored[:, ::-1].swapaxes(0, 1),
}


_METHODS: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def exif_of(image: Image.Image) -> Image.Exif:
    """EXIF of an opened file, or tags of a TIFF; nothing where they are damaged."""
    try:
        return image.getexif()
    except Exception:  # Pillow raises anything; the pixels are what counts
        return Image.Exif()


def orientation_of(exif: Image.Exif) -> int:
    """1 to 8; 1 where none is given, or none that exists."""
    value = exif.get(TAG, 1)
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Turn an image as an orientation says; Pillow is twice as fast at it as numpy."""
    method = _METHODS.get(orientation)
    return image if method is None else image.transpose(method)


def upright(stored: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Turn pixels, `[H, W, ...]`, as an orientation says."""
    turn = _UPRIGHT.get(orientation)
    return stored if turn is None else np.ascontiguousarray(turn(stored))
