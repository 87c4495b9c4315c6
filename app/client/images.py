"""Images of Pillow to the bytes of a file, without loss."""

import io
from typing import TypeGuard

from PIL import Image

_AS_PNG = {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}
_AS_TIFF = {"I", "F", "CMYK", "LAB", "I;16B", "I;16L"}
_LIKE = {"PA": "RGBA", "RGBX": "RGB", "RGBa": "RGBA", "La": "LA", "YCbCr": "RGB", "HSV": "RGB"}
"""Modes that no file has, and what they become."""


def is_image(picture: object) -> TypeGuard[Image.Image]:
    """Whether it is an image of Pillow."""
    return isinstance(picture, Image.Image)


def file_of(image: Image.Image) -> bytes:
    """Write the pixels as a PNG, or as a TIFF what PNG does not have, with the colour profile.

    Raises:
        ValueError: the image is of a mode that no file has.
    """
    if image.mode in _LIKE:
        image = image.convert(_LIKE[image.mode])
    elif image.mode not in _AS_PNG | _AS_TIFF:
        raise ValueError(f"an image of mode {image.mode!r} can not be sent; convert it first")
    buffer = io.BytesIO()
    profile = image.info.get("icc_profile")
    if image.mode in _AS_PNG:
        image.save(buffer, "PNG", compress_level=1, icc_profile=profile, exif=b"")
    else:
        # The tags of a TIFF that was opened would be written, too; a copy has none.
        image.copy().save(buffer, "TIFF", icc_profile=profile, exif=b"")
    return buffer.getvalue()
