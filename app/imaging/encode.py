"""A `Picture` to the bytes of a file, with alpha and colour profile where the format has them."""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.imaging import geotiff
from app.imaging.georeference import GeoReference
from app.imaging.picture import Picture

Format = Literal["png", "jpeg", "webp", "tiff"]

MEDIA_TYPES: Mapping[str, str] = {name: f"image/{name}" for name in get_args(Format)}
"""The formats we write, by the name that `?format=` takes."""

OPTIONS: Mapping[str, dict[str, Any]] = {
    # On the enlarged example pictures level 3 takes a third of the default's time for 7 to 14 %
    # more bytes.
    "image/png": {"format": "PNG", "compress_level": 3},
    "image/jpeg": {"format": "JPEG", "quality": 95, "subsampling": 0},
    "image/webp": {"format": "WEBP", "quality": 95, "method": 2},
    "image/tiff": {"format": "TIFF", "compression": "tiff_adobe_deflate"},
}

_OWN: Mapping[str, Format] = {"JPEG": "jpeg", "MPO": "jpeg", "WEBP": "webp", "TIFF": "tiff"}

WEBP_LIMIT = 16383
"""The longest side that WebP can hold."""

JPEG_LIMIT = 65535
"""The longest side that JPEG can hold."""


def own_media_type(picture: Picture) -> str:
    """The media type nearest to what the picture came in; PNG where we can not write that."""
    return MEDIA_TYPES[_OWN.get(picture.format, "png")]


def can_hold(media_type: str, width: int, height: int) -> bool:
    """Whether a picture of this size fits into the format."""
    limits = {"image/webp": WEBP_LIMIT, "image/jpeg": JPEG_LIMIT}
    return max(width, height) <= limits.get(media_type, 2**31 - 1)


def encode(picture: Picture, media_type: str) -> bytes:
    """Write a picture.

    16 bits survive in PNG and TIFF where the picture is gray; JPEG has no alpha, so there the
    picture is laid on white. A TIFF of a picture that has a georeference is a GeoTIFF.

    Args:
        picture: what to write.
        media_type: one of `MEDIA_TYPES`' values.

    Raises:
        CannotGeoreference: a TIFF would have a georeference that could not be read.
    """
    if picture.geo is not None and media_type == "image/tiff":
        return geotiff.write(picture, picture.geo)
    image = _image(picture, deep=media_type in ("image/png", "image/tiff"))
    if media_type == "image/jpeg" and image.has_transparency_data:
        image = _on_white(image)
    # WebP knows no gray, so a profile of gray would describe pixels that are not there.
    icc = None if picture.gray and media_type == "image/webp" else picture.icc
    buffer = io.BytesIO()
    image.save(buffer, icc_profile=icc, **OPTIONS[media_type])
    return buffer.getvalue()


def encode_indexed(
    values: NDArray[np.uint8],
    colors: Sequence[tuple[int, int, int]],
    media_type: str = "image/png",
    geo: GeoReference | None = None,
) -> bytes:
    """Write a picture with a palette, whose pixel values stay what they are.

    Args:
        values: uint8 `[H, W]`.
        colors: RGB of the values, 256 of them.
        media_type: PNG or TIFF.
        geo: where the picture lies; a TIFF says so.

    Raises:
        CannotGeoreference: a TIFF would have a georeference that could not be read.
    """
    if geo is not None and media_type == "image/tiff":
        return geotiff.write_indexed(values, colors, geo)
    image = Image.fromarray(np.ascontiguousarray(values))
    image.putpalette([channel for color in colors for channel in color])
    buffer = io.BytesIO()
    image.save(buffer, **OPTIONS[media_type])
    return buffer.getvalue()


def _image(picture: Picture, *, deep: bool) -> Image.Image:
    if picture.gray and deep and picture.pixels.dtype == np.uint16:
        return Image.fromarray(np.ascontiguousarray(picture.pixels[..., 0]))
    image = Image.fromarray(np.ascontiguousarray(picture.rgb8))
    if picture.gray:
        image = image.getchannel(0)
    if picture.alpha8 is not None:
        image.putalpha(Image.fromarray(picture.alpha8))
    return image


def _on_white(image: Image.Image) -> Image.Image:
    opaque = Image.new("LA" if image.mode == "LA" else "RGBA", image.size, "white")
    opaque.paste(image, mask=image.getchannel("A"))
    return opaque.convert("L" if image.mode == "LA" else "RGB")
