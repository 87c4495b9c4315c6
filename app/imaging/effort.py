"""What a file makes its decoder do beyond its pixels, read from its headers before it may."""

import re

from PIL import Image, TiffImagePlugin

from app.errors import BrokenPicture, PictureTooLarge
from app.imaging import directories, headers, jpeg2000, metadata
from app.imaging.signatures import format_of

LARGEST_SCANS = 100
"""Scans of a JPEG: as many as libtiff allows; progressive files have about ten."""

# RSTn and stuffed zeros stand among the pixels and begin nothing (ITU-T T.81, table B.1).
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_SOI, _EOI, _SOS, _TEM = 0xD8, 0xD9, 0xDA, 0x01

_TILE_WIDTH, _TILE_LENGTH = 322, 323

FREE_TILE = 512 * 512
"""Pixels of a tile that cost little, whatever the size of the picture."""

LARGEST_RLE = 2**23
"""Bytes of a BMP of run lengths: Pillow unpacks 7 MB of them in a second."""

_RLE = (1, 2)

_TIFF = re.compile(rb"II\*\0|MM\0\*")
_BLOCKS = 64


def check_header(data: bytes, max_pixels: int) -> None:
    """Refuse a file whose very header would keep its reader busy, before it is opened.

    Args:
        data: the file.
        max_pixels: most that its reader may make room for.

    Raises:
        PictureTooLarge: a frame of a GIF has more pixels.
        BrokenPicture: it is cut into more pieces than any sensible file is.
    """
    match format_of(data):
        case "TIFF":
            directories.check(data)
        case "AVIF":
            # Its reader opens EXIF at once, wherever in the file it lies.
            for count, found in enumerate(_TIFF.finditer(data), 1):
                if count > _BLOCKS:
                    raise BrokenPicture(f"the picture has more than {_BLOCKS} blocks of EXIF")
                directories.check(data[found.start() :])
        case "JPEG":
            headers.check_segments(data)
        case "PNG":
            headers.check_chunks(data)
        case "GIF":
            headers.check_blocks(data, max_pixels)


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
    metadata.check(image.info)
    if image.format in ("JPEG", "MPO"):
        _check_scans(data)
    elif image.format == "TIFF":
        _check_tile(image, max_pixels)
    elif image.format == "BMP" and image.info.get("compression") in _RLE:
        _check_runs(data)
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
    assert isinstance(image, TiffImagePlugin.TiffImageFile)
    tags = image.tag_v2
    width, height = tags.get(_TILE_WIDTH, 0), tags.get(_TILE_LENGTH, 0)
    if width * height > max(max_pixels, FREE_TILE):
        raise PictureTooLarge(
            f"a tile of {width}x{height} is {width * height} pixels, {max_pixels} are allowed",
            limit=max_pixels,
            pixels=width * height,
        )


def _check_runs(data: bytes) -> None:
    if len(data) > LARGEST_RLE:
        raise PictureTooLarge(
            f"run lengths of {len(data)} bytes, {LARGEST_RLE} are allowed",
            limit=LARGEST_RLE,
            bytes=len(data),
        )
