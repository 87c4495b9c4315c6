"""PNM: PBM, PGM and PPM of 1 to 16 bits, plain or not, and PFM (netpbm.sourceforge.net/doc).

Pillow reads them pixel by pixel, and cuts colours to 8 bits.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import BrokenPicture
from app.imaging.depth import scaled, unit_to_16

HEADER = 2**16
"""Bytes of the longest header, with its comments."""

BLOCK = 2**20
"""Bytes of plain numbers that are read at once; other threads run in between."""

_SPACE = rb"(?:[ \t\n\v\f\r]++|#[^\r\n]*+[\r\n])++"
_COMMENT = re.compile(rb"#[^\r\n]*")
_BLANK, _LINE = re.compile(rb"\s"), re.compile(rb"[\r\n]")

Size = Callable[[int, int], object]


@dataclass(frozen=True)
class _Header:
    kind: bytes
    width: int
    height: int
    peak: int
    little: bool
    length: int

    @property
    def channels(self) -> int:
        return 3 if self.kind in b"36F" else 1


def read(data: bytes, check_size: Size) -> NDArray[Any]:
    """Read the first picture of a file.

    Args:
        data: the file.
        check_size: called with width and height before pixels are read; what it raises is raised.

    Returns:
        `[H, W, 1]` or `[H, W, 3]`, uint8, or uint16 where the file's largest value is above 255 or
        its values are floats; these count as 0..1. The largest value is 255 or 65535.

    Raises:
        BrokenPicture: the header can not be understood, or pixels are missing.
    """
    header = _header(data)
    check_size(header.width, header.height)
    if header.kind in b"14":
        values = _bits(data, header)
    elif header.kind in b"23":
        values = _plain(data, header)
    elif header.kind in b"Ff":
        return unit_to_16(_floats(data, header))
    else:
        values = _raw(data, header)
    return scaled(values.reshape(header.height, header.width, header.channels), header.peak)


def _header(data: bytes) -> _Header:
    kind = data[1:2]
    fields = [rb"(\d{1,9}+)", rb"(\d{1,9}+)"]
    if kind in b"2356":
        fields.append(rb"(\d{1,5}+)")
    elif kind in b"Ff":
        fields.append(rb"([-+0-9.eE]{1,40}+)")
    # One blank ends the header: what follows are pixels, which may look like blanks.
    pattern = rb"P." + b"".join(_SPACE + field for field in fields) + rb"[ \t\n\v\f\r]"
    found = re.match(pattern, data[:HEADER], re.DOTALL)
    if found is None:
        raise BrokenPicture("the picture's header can not be understood")
    width, height = int(found[1]), int(found[2])
    peak, little = 1, False
    if kind in b"2356":
        peak = int(found[3])
    elif kind in b"Ff":
        little = found[3].startswith(b"-")
    if not width or not height or not 0 < peak <= 65535:
        raise BrokenPicture("the picture's header gives it no pixels")
    return _Header(kind, width, height, peak, little, found.end())


def _bits(data: bytes, header: _Header) -> NDArray[np.uint8]:
    """One bit a pixel, of which 1 is black."""
    if header.kind == b"4":
        row = -(-header.width // 8)
        packed = _numbers(data, header, np.dtype(np.uint8), row * header.height)
        bits = np.unpackbits(packed.reshape(header.height, row), axis=1, count=header.width)
        return 1 - bits
    digits = np.frombuffer(_COMMENT.sub(b"", data[header.length :]), np.uint8)
    digits = digits[(digits == ord("0")) | (digits == ord("1"))]
    wanted = header.width * header.height
    if digits.size < wanted:
        raise _missing(digits.size, wanted)
    whites: NDArray[np.uint8] = np.uint8(ord("1")) - digits[:wanted]
    return whites


def _plain(data: bytes, header: _Header) -> NDArray[Any]:
    wanted = header.width * header.height * header.channels
    values = np.empty(wanted, np.uint16)
    done = 0
    for numbers in _written(data, header.length):
        part = numbers[: wanted - done]
        values[done : done + part.size] = np.minimum(part, header.peak)
        done += part.size
        if done == wanted:
            return values
    raise _missing(done, wanted)


def _written(data: bytes, place: int) -> Iterator[NDArray[np.int64]]:
    while place < len(data):
        # Blocks end at blanks, so that no number is cut in two, nor a comment.
        end = _BLANK.search(data, place + BLOCK)
        if end is not None and b"#" in data[place : end.start()]:
            end = _LINE.search(data, end.start())
        stop = len(data) if end is None else end.start()
        text = _COMMENT.sub(b" ", data[place:stop])
        place = stop
        if re.search(rb"[^0-9\s]", text):
            raise BrokenPicture("the picture has pixels that are no numbers")
        if not text.isspace():
            yield np.fromstring(text, np.int64, sep=" ")


def _floats(data: bytes, header: _Header) -> NDArray[np.float32]:
    """Rows from the lowest to the uppermost, unlike those of all others."""
    kind = np.dtype("<f4" if header.little else ">f4")
    values = _numbers(data, header, kind, header.width * header.height * header.channels)
    return values.reshape(header.height, header.width, header.channels)[::-1]


def _raw(data: bytes, header: _Header) -> NDArray[Any]:
    kind = np.dtype(np.uint8 if header.peak < 256 else ">u2")
    return _numbers(data, header, kind, header.width * header.height * header.channels)


def _numbers(data: bytes, header: _Header, kind: np.dtype[Any], count: int) -> NDArray[Any]:
    there = (len(data) - header.length) // kind.itemsize
    if there < count:
        raise _missing(there, count)
    return np.frombuffer(data, kind, count, header.length)


def _missing(there: int, wanted: int) -> BrokenPicture:
    return BrokenPicture(f"the picture is truncated: it has {there} of {wanted} values")
