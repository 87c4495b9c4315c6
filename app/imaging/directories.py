"""The directories of TIFF files and EXIF blocks, counted before a reader copies what they name.

Terms and numbers are those of TIFF 6.0, section 2, and of BigTIFF. Entries may name the same bytes
again and again: 4 kB of them would make a reader copy a file of 60 MB three hundred times.
"""

import struct
from collections.abc import Iterator

from app.errors import BrokenPicture

LARGEST = 2**16
"""Entries of a directory; a TIFF can not have more, a BigTIFF could."""

PAGES = 10_000
"""Directories of a file."""

PIECES = 2**16
"""Strips or tiles of a page; readers go through them one after the other."""

SLACK = 2**20
"""Bytes that values may take more than there are."""

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}

# SubIFDs, Exif, GPS, Interoperability.
_POINTERS = {0x014A, 0x8769, 0x8825, 0xA005}

# StripOffsets, TileOffsets.
_PLACES = {273, 324}


def check(data: bytes) -> None:
    """Refuse directories whose values take far more memory than the file that they are in.

    Args:
        data: a TIFF file, or an EXIF block without `Exif` before it. What is none is the reader's
            to judge, and so are offsets that lead out of it.

    Raises:
        BrokenPicture: too many directories, entries or pieces of a page, or values that overlap.
    """
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 16:
        return
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    places = [struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)[0]]
    seen: set[int] = set()
    copied = 0
    while places:
        place = places.pop()
        if place in seen or not 0 < place < len(data):
            continue
        seen.add(place)
        if len(seen) > PAGES:
            raise BrokenPicture(f"the picture has more than {PAGES} directories")
        named = 0
        for tag, size, value in _entries(data, place, order, big=big):
            named += size
            if tag in _POINTERS or tag is None:
                places.append(value)
        copied += named
        if named > len(data) + SLACK or copied > 16 * (len(data) + SLACK):
            raise BrokenPicture("the picture's directories name the same bytes again and again")


def _entries(
    data: bytes, place: int, order: str, *, big: bool
) -> Iterator[tuple[int | None, int, int]]:
    """Tag, bytes beyond the entry and value of each; at last no tag and the next directory."""
    head, entry, offset = ("Q", "HHQQ", "Q") if big else ("H", "HHII", "I")
    start = place + struct.calcsize(order + head)
    if start > len(data):
        return
    (count,) = struct.unpack_from(order + head, data, place)
    if count > LARGEST:
        raise BrokenPicture(f"the picture has a directory of {count} entries")
    size = struct.calcsize(order + entry)
    stop = start + count * size
    whole = data[start : min(stop, len(data))]
    whole = whole[: len(whole) - len(whole) % size]
    for tag, kind, values, value in struct.iter_unpack(order + entry, whole):
        if tag in _PLACES and values > PIECES:
            raise BrokenPicture(f"the picture is cut into {values} pieces")
        length = values * _SIZES.get(kind, 0)
        outside = length > struct.calcsize(order + offset) and value + length <= len(data)
        yield tag, length if outside else 0, value
    if stop + struct.calcsize(order + offset) <= len(data):
        yield None, 0, struct.unpack_from(order + offset, data, stop)[0]
