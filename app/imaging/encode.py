"""A `Picture` to the bytes of a file, with all that the format can hold of it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.imaging.georeference import GeoReference
from app.imaging.metadata import NONE, Metadata, resolution_block
from app.imaging.picture import Picture
from app.imaging.png_writer import write_png
from app.imaging.strips import Strips, strips_of
from app.imaging.tiff_writer import write_tiff

Format = Literal["png", "jpeg", "webp", "avif", "tiff"]
Keep = Literal["keep", "strip"]

MEDIA_TYPES: Mapping[str, str] = {name: f"image/{name}" for name in get_args(Format)}
"""The formats we write, by the name that `?format=` takes."""

QUALITY = {"image/jpeg": 95, "image/webp": 95, "image/avif": 90}
"""Of the formats that lose something, where none is asked for."""

FULL_COLOR = 90
"""From this quality on colours of JPEG and AVIF have as many pixels as lightness (4:4:4)."""

_OWN: Mapping[str, Format] = {
    "JPEG": "jpeg",
    "MPO": "jpeg",
    "WEBP": "webp",
    "AVIF": "avif",
    "TIFF": "tiff",
}

# On the enlarged example pictures level 3 takes a third of the default's time for 7 to 14 % more
# bytes.
_PNG: Mapping[str, Any] = {"format": "PNG", "compress_level": 3}

WEBP_LIMIT = 16383
"""The longest side that WebP can hold."""

JPEG_LIMIT = 65535
"""The longest side that JPEG can hold."""

AVIF_LIMIT = 32768
"""The longest side that readers of AVIF take (libavif's `AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT`)."""

AVIF_PIXELS = 16384 * 16384
"""The most pixels that they take (libavif's `AVIF_DEFAULT_IMAGE_SIZE_LIMIT`)."""

_JPEG_SEGMENT = 65_000
"""Bytes of EXIF or XMP that fit into a JPEG, with what stands before them."""


@dataclass(frozen=True)
class Writing:
    """How a picture is written.

    Attributes:
        quality: 1 to 100, of JPEG, WebP and AVIF; `None` means `QUALITY`.
        lossless: WebP without loss; PNG and TIFF are so in any case.
        metadata: `keep` resolution, EXIF and XMP, or `strip` them: only pixels, alpha and profile
            are left.
    """

    quality: int | None = None
    lossless: bool = False
    metadata: Keep = "keep"


PLAIN = Writing()


def own_media_type(picture: Picture) -> str:
    """The media type nearest to what the picture came in; PNG where we can not write that."""
    return MEDIA_TYPES[_OWN.get(picture.format, "png")]


def can_hold(media_type: str, width: int, height: int) -> bool:
    """Whether a picture of this size fits into the format."""
    if media_type == "image/avif" and width * height > AVIF_PIXELS:
        return False
    limits = {"image/webp": WEBP_LIMIT, "image/jpeg": JPEG_LIMIT, "image/avif": AVIF_LIMIT}
    return max(width, height) <= limits.get(media_type, 2**31 - 1)


def encode(picture: Picture, media_type: str, writing: Writing = PLAIN) -> bytes:
    """Write a picture.

    16 bits survive in PNG and TIFF. JPEG has no alpha, so there the picture is laid on white. A
    TIFF of a picture that has a georeference is a GeoTIFF.

    Args:
        picture: what to write.
        media_type: one of `MEDIA_TYPES`' values.
        writing: how.

    Raises:
        CannotGeoreference: a TIFF would have a georeference that could not be read.
    """
    if writing.metadata == "strip":
        picture = picture.bare
    buffer = io.BytesIO()
    if media_type == "image/tiff":
        write_tiff(strips_of(picture), buffer)
        return buffer.getvalue()
    if media_type == "image/png" and picture.pixels.dtype == np.uint16:
        write_png(strips_of(picture), buffer)
        return buffer.getvalue()
    image = _image(picture)
    if media_type == "image/jpeg" and image.has_transparency_data:
        image = _on_white(image)
    # WebP knows no gray, so a profile of gray would describe pixels that are not there.
    icc = None if picture.gray and media_type == "image/webp" else picture.icc
    kept = _kept(picture.metadata, media_type)
    image.save(buffer, **_options(media_type, writing), **kept, icc_profile=icc)
    return buffer.getvalue()


def encode_classes(
    classes: NDArray[np.uint8],
    colors: Sequence[tuple[int, int, int]],
    media_type: str,
    picture: Picture,
    writing: Writing = PLAIN,
) -> bytes:
    """Write what every pixel of a picture shows, as `encode_indexed` does.

    It has the picture's resolution and lies where it does; it was taken by no camera.

    Raises:
        CannotGeoreference: a TIFF would have a georeference that could not be read.
    """
    kept = picture.bare if writing.metadata == "strip" else picture
    metadata = Metadata(dpi=kept.metadata.dpi)
    return encode_indexed(classes, colors, media_type, kept.geo, metadata)


def encode_indexed(
    values: NDArray[np.uint8],
    colors: Sequence[tuple[int, int, int]],
    media_type: str = "image/png",
    geo: GeoReference | None = None,
    metadata: Metadata = NONE,
) -> bytes:
    """Write a picture with a palette, whose pixel values stay what they are.

    Args:
        values: uint8 `[H, W]`.
        colors: RGB of the values, 256 of them.
        media_type: PNG or TIFF.
        geo: where the picture lies; a TIFF says so.
        metadata: of the picture.

    Raises:
        CannotGeoreference: a TIFF would have a georeference that could not be read.
    """
    buffer = io.BytesIO()
    if media_type == "image/tiff":
        height, width = values.shape
        strips = [values[..., np.newaxis]]
        picture = Strips(width, height, 1, values.dtype, strips, None, metadata, geo)
        write_tiff(picture, buffer, colors)
        return buffer.getvalue()
    image = Image.fromarray(np.ascontiguousarray(values))
    image.putpalette([channel for color in colors for channel in color])
    image.save(buffer, **_PNG, **_kept(metadata, media_type))
    return buffer.getvalue()


def _options(media_type: str, writing: Writing) -> Mapping[str, Any]:
    if media_type == "image/png":
        return _PNG
    quality = writing.quality or QUALITY[media_type]
    full = quality >= FULL_COLOR
    if media_type == "image/jpeg":
        return {"format": "JPEG", "quality": quality, "subsampling": 0 if full else 2}
    if media_type == "image/avif":
        subsampling = {"subsampling": "4:4:4"} if full else {}
        return {"format": "AVIF", "quality": quality, "speed": 8, **subsampling}
    if writing.lossless:  # there quality is how much time is taken; transparent colours are kept
        return {"format": "WEBP", "lossless": True, "exact": True, "quality": 50, "method": 2}
    return {"format": "WEBP", "quality": quality, "method": 2}


def _kept(metadata: Metadata, media_type: str) -> dict[str, Any]:
    """What the format can hold, as Pillow's options."""
    dpi, exif, xmp = metadata.dpi, metadata.exif, metadata.xmp
    kept: dict[str, Any] = {}
    if media_type == "image/jpeg":
        exif = exif if exif and len(exif) < _JPEG_SEGMENT else None
        xmp = xmp if xmp and len(xmp) < _JPEG_SEGMENT else None
        dpi = dpi if dpi and max(dpi) < 2**16 else None
    elif media_type in ("image/webp", "image/avif") and dpi and not exif:
        exif = resolution_block(dpi)
    if media_type == "image/png" and xmp:
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
        kept["pnginfo"] = text
    elif xmp:
        kept["xmp"] = xmp
    if dpi and media_type in ("image/png", "image/jpeg"):
        kept["dpi"] = dpi
    if exif:
        kept["exif"] = exif
    return kept


def _image(picture: Picture) -> Image.Image:
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
