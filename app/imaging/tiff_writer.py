"""Strips to a TIFF file of tiles, as BigTIFF where it could get too large for a plain one."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from app.imaging.strips import Strips, rows_of

SIDE = 256
"""Height and width of a tile; multiples of 16 are allowed (TIFF 6.0, section 15)."""

PLAIN_LIMIT = 2**32 - 2**25
"""Bytes of pixels up to which no BigTIFF is made: offsets have 32 bits, and what does not compress
gets a little larger."""

LEVEL = 3
"""How hard zlib tries, 0 to 9."""

Tag = tuple[int, int, int, Any, bool]
"""Code, data type, count, value, and whether it is of the first page only, as tifffile has it."""


def write_tiff(picture: Strips, file: IO[bytes], tags: Sequence[Tag] = ()) -> None:
    """Write a picture, compressed without loss (deflate, differences from the pixel before).

    Args:
        picture: of 8 or 16 bits.
        file: where to; it must be seekable.
        tags: further ones, such as those of a GeoTIFF.
    """
    shape = (picture.height, picture.width, picture.channels)[: 3 if picture.channels > 1 else 2]
    size = picture.height * picture.width * picture.channels * picture.dtype.itemsize
    alpha = picture.channels in (2, 4)
    # Of a temporary file it would look for a name, and there is none.
    named = tifffile.FileHandle(file, "wb", name="picture.tiff")
    with tifffile.TiffWriter(named, bigtiff=size > PLAIN_LIMIT) as writer:
        writer.write(
            _tiles(picture),
            shape=shape,
            dtype=picture.dtype,
            tile=(SIDE, SIDE),
            photometric="rgb" if picture.channels > 2 else "minisblack",
            planarconfig="contig" if picture.channels > 1 else None,
            extrasamples=["unassalpha"] if alpha else None,
            compression="zlib",
            compressionargs={"level": LEVEL},
            predictor=True,
            iccprofile=picture.icc,
            extratags=tags,
            metadata=None,
            software=False,
            maxworkers=1,
        )


def _tiles(picture: Strips) -> Iterator[NDArray[Any]]:
    """Tiles from left to right and from top to bottom, the last of each filled up with zeros."""
    for strip in rows_of(picture.strips, SIDE):
        for left in range(0, picture.width, SIDE):
            part = strip[:, left : left + SIDE]
            below, right = SIDE - part.shape[0], SIDE - part.shape[1]
            yield np.pad(part, ((0, below), (0, right), (0, 0)))
