"""What a file makes its decoder do beyond its pixels, read from its headers before it may."""

import re

from PIL import Image

from app.errors import BrokenPicture, PictureTooLarge
from app.imaging import jpeg2000

LARGEST_SCANS = 100
"""Scans of a JPEG: as many as libtiff allows; progressive files have about ten."""

# RSTn and stuffed zeros stand among the pixels and begin nothing (ITU-T T.81, table B.1).
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_SOI, _EOI, _SOS, _TEM = 0xD8, 0xD9, 0xDA, 0x01

_TILE_WIDTH, _TILE_LENGTH = 322, 323


def check_effort(image: Image.Image, data: bytes, max_pixels: int) -> None:
    """Refuse a file of few bytes and pixels whose decoder would run for hours or fill the memory.

    Args:
        image: opened and not loaded.
        data: the file.
        max_pixels: most that the decoder may hold at once.

    Raises:
        PictureTooLarge: its decoder would hold more pixels than allowed.
        BrokenPicture: it is cut into more pieces than any sensible file is.
    """
    if image.format in ("JPEG", "MPO"):
        _check_scans(data)
    elif image.format == "TIFF":
        _check_tile(image, max_pixels)
    elif image.format == "JPEG2000":
        jpeg2000.check(data, max_pixels)


def _check_scans(data: bytes) -> None:
    """Every scan goes over all pixels again, and an empty one takes ten bytes."""
    # There are no more scans than pairs of these bytes, which are counted in a hundredth of the
    # time; among the pixels such a pair is no marker, and then the markers are gone through.
    if data.count(bytes((0xFF, _SOS))) <= LARGEST_SCANS:
        return
    place, scans = 2, 0
    while found := _MARKER.search(data, place):
        marker, place = found[1][0], found.end()
        if marker == _EOI:
            return
        if marker in (_SOI, _TEM):
            continue
        scans += marker == _SOS
        if scans > LARGEST_SCANS:
            raise BrokenPicture(f"the picture has more than {LARGEST_SCANS} scans")
        place += int.from_bytes(data[place : place + 2])


def _check_tile(image: Image.Image, max_pixels: int) -> None:
    """A tile is unpacked whole, however little of it lies in the picture."""
    tags = image.tag_v2  # type: ignore[attr-defined]
    width, height = tags.get(_TILE_WIDTH, 0), tags.get(_TILE_LENGTH, 0)
    if width * height > max_pixels:
        raise PictureTooLarge(
            f"a tile of {width}x{height} is {width * height} pixels, {max_pixels} are allowed",
            limit=max_pixels,
            pixels=width * height,
        )
