"""Strips to a TIFF file of tiles, as BigTIFF where it could get too large for a plain one."""

import io
import struct
from collections.abc import Iterator, Sequence
from typing import IO, Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from app.imaging import geotiff
from app.imaging.geotiff import Tag
from app.imaging.metadata import Metadata, directory_of
from app.imaging.orientation import TAG as ORIENTATION
from app.imaging.strips import Strips, rows_of

SIDE = 256
"""Largest height and width of a tile; GDAL's own, too."""

STEP = 16
"""Sides of tiles are multiples of it (TIFF 6.0, section 15)."""

PLAIN_LIMIT = 2**32 - 2**25
"""Bytes of pixels up to which no BigTIFF is made: offsets have 32 bits, and what does not compress
gets a little larger."""

LEVEL = 3
"""How hard zlib tries, 0 to 9."""

_XMP = 700
_RESOLUTION = (0x011A, 0x011B, 0x0128)
_DIRECTORIES = (0x8769, 0x8825)
_BYTE, _ASCII, _LONG, _LONG8 = 1, 2, 4, 16


def write_tiff(
    picture: Strips, file: IO[bytes], colors: Sequence[tuple[int, int, int]] | None = None
) -> None:
    """Write a picture, compressed without loss (deflate, differences from the pixel before).

    Args:
        picture: of 8 or 16 bits.
        file: where to; it must be seekable, and readable too.
        colors: RGB of 256 values; the picture then has one channel of 8 bits, and these as palette.

    Raises:
        CannotGeoreference: the picture has a reference that could not be read.
    """
    shape = (picture.height, picture.width, picture.channels)[: 3 if picture.channels > 1 else 2]
    size = picture.height * picture.width * picture.channels * picture.dtype.itemsize
    big = size > PLAIN_LIMIT
    metadata, exif = picture.metadata, Image.Exif()
    if metadata.exif is not None:
        exif.load(metadata.exif)
    tags = _tags(exif, metadata, big=big)
    if picture.geo is not None:
        tags += geotiff.tags(picture.geo)
    tile = _tile(picture.height), _tile(picture.width)
    photometric = "rgb" if picture.channels > 2 else "minisblack"
    with tifffile.TiffWriter(_named(file, "wb"), bigtiff=big, byteorder="<") as writer:
        writer.write(
            _tiles(picture, *tile),
            shape=shape,
            dtype=picture.dtype,
            tile=tile,
            photometric=photometric if colors is None else "palette",
            colormap=None if colors is None else np.array(colors, np.uint16).T * 257,
            planarconfig="contig" if picture.channels > 1 else None,
            extrasamples=["unassalpha"] if picture.channels in (2, 4) else None,
            compression="zlib",
            compressionargs={"level": LEVEL},
            predictor=colors is None,  # numbers of classes that follow one another are no gradient
            resolution=metadata.dpi,
            resolutionunit=None if metadata.dpi is None else "INCH",
            iccprofile=picture.icc,
            extratags=tags,
            metadata=None,
            software=False,
            maxworkers=1,
        )
    _append(file, exif, big=big)


def _named(file: IO[bytes], mode: Any) -> tifffile.FileHandle:
    """Of a temporary file tifffile would look for a name, and there is none."""
    return tifffile.FileHandle(file, mode, name="picture.tiff")


def _tile(side: int) -> int:
    return min(SIDE, side + -side % STEP)


def _tiles(picture: Strips, height: int, width: int) -> Iterator[NDArray[Any]]:
    """Tiles from left to right and from top to bottom, the last of each filled up with zeros."""
    for strip in rows_of(picture.strips, height):
        for left in range(0, picture.width, width):
            part = strip[:, left : left + width]
            below, right = height - part.shape[0], width - part.shape[1]
            yield np.pad(part, ((0, below), (0, right), (0, 0)))


def _tags(exif: Image.Exif, metadata: Metadata, *, big: bool) -> list[Tag]:
    tags: list[Tag] = []
    if metadata.xmp:
        tags.append((_XMP, _BYTE, len(metadata.xmp), metadata.xmp, True))
    for tag, value in exif.items():
        if tag in _RESOLUTION or tag == ORIENTATION:
            continue
        if tag in _DIRECTORIES:
            # tifffile writes no directories, but room for them, which is filled in afterwards.
            tags.append((tag - 1, _LONG8 if big else _LONG, 1, 0, True))
        elif isinstance(value, str):
            tags.append((tag, _ASCII, len(value) + 1, value, True))
        elif isinstance(value, bytes):
            tags.append((tag, _BYTE, len(value), value, True))
        elif isinstance(value, int):
            tags.append((tag, _LONG, 1, value, True))
    return tags


def _append(file: IO[bytes], exif: Image.Exif, *, big: bool) -> None:
    """Put the directories of EXIF behind the pixels, and point to them where `_tags` left room."""
    named = [tag for tag in _DIRECTORIES if tag in exif]
    if not named:
        return
    file.seek(0)
    with tifffile.TiffFile(_named(file, "rb")) as written:
        rooms = {tag: written.pages.first.tags[tag - 1] for tag in named}
    for tag, room in rooms.items():
        place = file.seek(0, io.SEEK_END)
        place += file.write(bytes(place % 2))
        head = struct.pack("<2sHHHQ", b"II", 43, 8, 0, 16) if big else b"II*\0\x08\0\0\0"
        directory = TiffImagePlugin.ImageFileDirectory_v2(head, group=tag)
        directory.update(directory_of(exif, tag))
        file.write(directory.tobytes(place))
        file.seek(room.offset)
        file.write(struct.pack("<H", tag))
        file.seek(room.valueoffset)
        file.write(struct.pack("<Q" if big else "<I", place))
