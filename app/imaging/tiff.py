"""TIFF pages that Pillow cuts to 8 bits or does not know: deep, floating, signed, of many bands.

They are read by tifffile, after what it would do is bounded.
"""

import io
import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from app.errors import BrokenPicture, PictureTooLarge
from app.imaging.depth import cut, scaled, straight, unit_to_16
from app.imaging.frames import check_frame

COMPRESSIONS = {
    tifffile.COMPRESSION.NONE,
    tifffile.COMPRESSION.LZW,
    tifffile.COMPRESSION.ADOBE_DEFLATE,
    tifffile.COMPRESSION.DEFLATE,
    tifffile.COMPRESSION.PACKBITS,
    tifffile.COMPRESSION.LZMA,
    tifffile.COMPRESSION.ZSTD,
    tifffile.COMPRESSION.ZSTD_DEPRECATED,
}
"""What deep pages may be packed with."""

SAMPLE_BYTES = 16
"""Bytes that may be unpacked for each pixel that is allowed; four float32 have so many."""

_SEEN = {
    tifffile.PHOTOMETRIC.MINISWHITE,
    tifffile.PHOTOMETRIC.MINISBLACK,
    tifffile.PHOTOMETRIC.RGB,
}

Size = Callable[[int, int], object]

_BITS, _SAMPLE_FORMAT = 258, 339

# It tells the log of whatever is odd in a file.
tifffile.logger().setLevel(logging.CRITICAL)


def is_deep(image: Image.Image) -> bool:
    """Whether Pillow would lose something of an opened page's pixels."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    return max(image.tag_v2.get(_BITS, (1,))) > 8 or 2 in image.tag_v2.get(_SAMPLE_FORMAT, ())


def read(
    data: bytes, frame: int, max_pixels: int, check_size: Size
) -> tuple[NDArray[Any], Image.Exif]:
    """Read a page.

    Args:
        data: the file.
        frame: the first is 0.
        max_pixels: most that may be unpacked.
        check_size: called with width and height before pixels are read; what it raises is raised.

    Returns:
        Pixels as they lie in the file, `[H, W, C]`: gray, gray and alpha, RGB or RGBA, uint8 or
        uint16 of the whole range; and the page's tags. Numbers that are signed are black below 0,
        those of more than 16 bits are white above 65535, floats count as 0..1.

    Raises:
        FrameNotFound: there is no such page.
        PictureTooLarge: its samples take too much memory.
        BrokenPicture: it is of a kind that is not read, or damaged.
    """
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        check_frame(frame, len(file.pages))
        page = file.pages[frame].aspage()
        check_size(page.imagewidth, page.imagelength)
        _check(page, len(data), max_pixels)
        values = page.asarray(maxworkers=1)
        exif = Image.Exif()
        exif.endian, exif.bigtiff = file.byteorder, file.is_bigtiff
        exif.load_from_fp(io.BytesIO(data), page.offset)
    values = values.reshape(page.shaped)[:, 0]  # planes, rows, columns, samples
    values = np.concatenate(list(values), axis=-1) if len(values) > 1 else values[0]
    return _channels(values, page), exif


def _check(page: tifffile.TiffPage, length: int, max_pixels: int) -> None:
    if page.compression not in COMPRESSIONS:
        name = getattr(page.compression, "name", page.compression)
        raise BrokenPicture(f"the picture's compression is not read: {name}")
    if page.dtype is None or page.imagedepth != 1 or page.samplesperpixel < 1:
        raise BrokenPicture(f"pixels of {page.bitspersample} bits are not read")
    pixels = page.imagewidth * page.imagelength
    size = pixels * page.samplesperpixel * page.dtype.itemsize
    tile = page.tilewidth * page.tilelength * page.samplesperpixel * page.dtype.itemsize
    if max(size, tile) > SAMPLE_BYTES * max_pixels:
        raise PictureTooLarge(
            f"{pixels} pixels of {page.samplesperpixel} samples take {max(size, tile)} bytes, "
            f"{SAMPLE_BYTES * max_pixels} are allowed",
            limit=max_pixels,
            pixels=pixels,
        )
    offsets, counts = page.dataoffsets, page.databytecounts
    if any(place + count > length for place, count in zip(offsets, counts, strict=True)):
        raise BrokenPicture("the picture is truncated")
    if sum(counts) > length:
        raise BrokenPicture("the pieces of the picture lie over one another")


def _channels(values: NDArray[Any], page: tifffile.TiffPage) -> NDArray[Any]:
    """The samples that are seen, in the order of a picture."""
    photometric = tifffile.PHOTOMETRIC(page.photometric)
    if photometric == tifffile.PHOTOMETRIC.PALETTE and page.colormap is not None:
        colored: NDArray[Any] = np.moveaxis(page.colormap[:, values[..., 0]], 0, -1)
        return colored
    if photometric not in _SEEN:
        raise BrokenPicture(f"pixels of {photometric.name}, {page.bitspersample} bits are not read")
    # GDAL calls three bands of 16 bits gray unless it is told otherwise.
    samples = values.shape[-1]
    colors = 3 if samples >= 3 else 1
    kinds = page.extrasamples[colors - samples :] if samples > colors else ()
    # Of the samples beyond the colours the first may be alpha, associated or not.
    alpha = kinds[0] if kinds else 0
    levels = _levels(values[..., : colors + (alpha in (1, 2))], page.bitspersample)
    if photometric == tifffile.PHOTOMETRIC.MINISWHITE:
        shades = levels[..., :colors]
        np.subtract(np.iinfo(levels.dtype).max, shades, out=shades)
    return straight(levels) if alpha == tifffile.EXTRASAMPLE.ASSOCALPHA else levels


def _levels(values: NDArray[Any], bits: int) -> NDArray[Any]:
    if values.dtype.kind == "f":
        return unit_to_16(values)
    if values.dtype.kind == "i" or bits > 16:
        return cut(values, bits)
    return scaled(values, 2**bits - 1)
