"""PNG of 16 bits a channel, which Pillow writes only in gray."""

import io
from collections.abc import Mapping
from typing import Any

import imagecodecs
from PIL import Image

from app.imaging.picture import Picture

_HEAD = 33
"""Bytes of the signature and of IHDR with its length, name and checksum."""


def encode(picture: Picture, options: Mapping[str, Any]) -> bytes:
    """Write the pixels with libpng, and before them the chunks that Pillow makes of the options.

    Args:
        picture: of 16 bits.
        options: Pillow's for a PNG, `compress_level` among them.
    """
    samples = picture.samples
    height, width, channels = samples.shape
    # Numpy leaves open how far apart the rows of one row are, libpng does not.
    shape = (height, width) if channels == 1 else samples.shape
    pixels = imagecodecs.png_encode(samples.ravel().reshape(shape), level=options["compress_level"])
    # A profile belongs to a kind of pixels, so the small picture is of the same.
    buffer = io.BytesIO()
    Image.new("L" if picture.gray else "RGB", (1, 1)).save(buffer, **options)
    small = buffer.getvalue()
    return b"".join((pixels[:_HEAD], small[_HEAD : _start_of_pixels(small)], pixels[_HEAD:]))


def _start_of_pixels(png: bytes) -> int:
    place = _HEAD
    while png[place + 4 : place + 8] != b"IDAT":
        place += 12 + int.from_bytes(png[place : place + 4])
    return place
