"""PNG and JPEG 2000 of more than 8 bits in several channels, which Pillow would cut to 8.

They are read by libpng and OpenJPEG through imagecodecs.
"""

from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from app.errors import BrokenPicture
from app.imaging import jpeg2000
from app.imaging.depth import scaled

_PNG = ("LA;16B", "RGB;16B", "RGBA;16B")
"""Pillow's names of what it reads; it keeps the depth of gray."""


def read(image: Image.Image, data: bytes) -> NDArray[np.uint16] | None:
    """Read the first picture of a file, if Pillow would lose something of it.

    Args:
        image: opened, not loaded.
        data: the file.

    Returns:
        uint16 `[H, W, C]` of 0..65535: gray and alpha, RGB or RGBA; `None` where Pillow reads all.

    Raises:
        BrokenPicture: it is damaged.
    """
    if isinstance(image, PngImagePlugin.PngImageFile) and image.tile[0].args in _PNG:
        return _decoded(imagecodecs.png_decode, data)
    if image.format == "JPEG2000" and image.mode in ("LA", "RGB", "RGBA"):
        depth = jpeg2000.depth(data)
        if 8 < depth <= 16:
            return scaled(_decoded(imagecodecs.jpeg2k_decode, data), 2**depth - 1)
    return None


def mend_transparency(image: Image.Image) -> None:
    """Give the transparent gray of a PNG of 2 or 4 bits the range of the pixels: 0..255.

    Pillow widens the pixels only.

    Args:
        image: opened, not loaded.
    """
    if isinstance(image, PngImagePlugin.PngImageFile) and image.mode == "L":
        factor = {"L;2": 85, "L;4": 17}.get(str(image.tile[0].args), 1)
        if "transparency" in image.info:
            image.info["transparency"] *= factor


def _decoded(decoder: Callable[[bytes], NDArray[Any]], data: bytes) -> NDArray[np.uint16]:
    values = decoder(data)
    if values.ndim != 3 or values.dtype != np.uint16:
        raise BrokenPicture("the picture's pixels are not what its header says")
    return values
