"""TIFF as it is written: tiles of 256 pixels, deflated, BigTIFF where 4 GB are not enough."""

import io
import struct
from typing import Any

import tifffile
from PIL import Image, TiffImagePlugin

from app.imaging.metadata import Metadata, directory_of
from app.imaging.orientation import TAG as ORIENTATION
from app.imaging.picture import Picture

TILE = 256
"""Largest side of a tile in pixels; GDAL's own, too."""

STEP = 16
"""Sides of tiles are multiples of it (TIFF 6.0, section 15)."""

LARGEST_CLASSIC = 2**32 - 2**25
"""Bytes of pixels up to which offsets of 32 bits are enough; deflated noise is a little larger."""

_XMP = 700
_RESOLUTION = (0x011A, 0x011B, 0x0128)
_DIRECTORIES = (0x8769, 0x8825)
_BYTE, _ASCII, _LONG, _LONG8 = 1, 2, 4, 16


def encode(picture: Picture, metadata: Metadata) -> bytes:
    """Write a picture.

    Args:
        picture: of 8 or 16 bits.
        metadata: of it.
    """
    samples = picture.samples
    big = samples.nbytes > LARGEST_CLASSIC
    exif = Image.Exif()
    if metadata.exif is not None:
        exif.load(metadata.exif)
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, bigtiff=big, byteorder="<") as file:
        file.write(
            samples[..., 0] if samples.shape[-1] == 1 else samples,
            photometric="minisblack" if picture.gray else "rgb",
            extrasamples=None if picture.alpha is None else ["unassalpha"],
            planarconfig=None if samples.shape[-1] == 1 else "contig",
            tile=tuple(min(TILE, side + -side % STEP) for side in samples.shape[:2]),
            compression="zlib",
            predictor=True,
            resolution=metadata.dpi,
            resolutionunit=None if metadata.dpi is None else "INCH",
            iccprofile=picture.icc,
            extratags=_tags(exif, metadata, big=big),
            metadata=None,
            software=False,
            maxworkers=1,
        )
    _append(buffer, exif, big=big)
    return buffer.getvalue()


def _tags(exif: Image.Exif, metadata: Metadata, *, big: bool) -> list[tuple[Any, ...]]:
    tags: list[tuple[Any, ...]] = []
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


def _append(buffer: io.BytesIO, exif: Image.Exif, *, big: bool) -> None:
    """Put the directories of EXIF behind the pixels, and point to them where `_tags` left room."""
    named = [tag for tag in _DIRECTORIES if tag in exif]
    if not named:
        return
    buffer.seek(0)
    with tifffile.TiffFile(buffer) as file:
        rooms = {tag: file.pages.first.tags[tag - 1] for tag in named}
    for tag, room in rooms.items():
        place = buffer.seek(0, io.SEEK_END)
        place += buffer.write(bytes(place % 2))
        head = struct.pack("<2sHHHQ", b"II", 43, 8, 0, 16) if big else b"II*\0\x08\0\0\0"
        directory = TiffImagePlugin.ImageFileDirectory_v2(head, group=tag)
        directory.update(directory_of(exif, tag))
        buffer.write(directory.tobytes(place))
        buffer.seek(room.offset)
        buffer.write(struct.pack("<H", tag))
        buffer.seek(room.valueoffset)
        buffer.write(struct.pack("<Q" if big else "<I", place))
