"""Strips to a PNG file, row by row: the libraries that write it well want the whole picture."""

import struct
import zlib
from collections.abc import Sequence
from typing import IO

import numpy as np

from app.imaging.strips import Strips, rows_of

LEVEL = 3
"""How hard zlib tries, 0 to 9; `encode` says why not harder."""

ROWS = 64
"""Rows that are compressed at once."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
_UP = 2

Chunk = tuple[bytes, bytes]
"""The type of a chunk, four letters, and what is in it."""


def write_png(picture: Strips, file: IO[bytes], chunks: Sequence[Chunk] = ()) -> None:
    """Write a picture (W3C, PNG Specification, third edition).

    Each row is written as its difference from the row above (filter "Up"): of enlarged photos that
    made files smaller than any other filter did, and smaller than the choice for each row that
    encoders usually make.

    Args:
        picture: of 8 or 16 bits.
        file: where to; it is only written to, so it may be a pipe.
        chunks: further ones that stand before the pixels.
    """
    bits = picture.dtype.itemsize * 8
    color = _COLOR_TYPES[picture.channels]
    header = struct.pack(">IIBBBBB", picture.width, picture.height, bits, color, 0, 0, 0)
    file.write(_SIGNATURE)
    _write(file, b"IHDR", header)
    if picture.icc is not None:
        _write(file, b"iCCP", b"ICC profile\0\0" + zlib.compress(picture.icc))
    for kind, content in chunks:
        _write(file, kind, content)
    packing = zlib.compressobj(LEVEL)
    above = np.zeros((1, picture.width * picture.channels * picture.dtype.itemsize), np.uint8)
    big_endian = picture.dtype.newbyteorder(">")
    for strip in rows_of(picture.strips, ROWS):
        rows = np.ascontiguousarray(strip, big_endian).view(np.uint8).reshape(len(strip), -1)
        filtered = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
        filtered[:, 0] = _UP
        np.subtract(rows[:1], above, out=filtered[:1, 1:])
        np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
        above = rows[-1:]
        if packed := packing.compress(filtered.data):
            _write(file, b"IDAT", packed)
    _write(file, b"IDAT", packing.flush())
    _write(file, b"IEND", b"")


def _write(file: IO[bytes], kind: bytes, content: bytes) -> None:
    check = zlib.crc32(content, zlib.crc32(kind))
    file.write(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check))
