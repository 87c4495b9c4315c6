"""What a JPEG 2000 file makes OpenJPEG allocate: its tiles, precincts and code-blocks.

Terms, markers and formulas are those of ITU-T T.800 (annexes A, B and I). 177 bytes can describe a
million pixels in precincts of 2x2, for which OpenJPEG takes 1.6 GB.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from app.errors import BrokenPicture, PictureTooLarge

SAMPLES_PER_PIECE = 64
"""Samples that a tile, precinct or code-block has on average, at least. OpenJPEG takes 0.4 kB for
one, so they never take much more than the samples themselves."""

FREE_PIECES = 4096
"""So many cost little, whatever the size of the picture."""

_SOC, _SIZ, _COD, _COC, _SOT, _SOD, _EOC = 0xFF4F, 0xFF51, 0xFF52, 0xFF53, 0xFF90, 0xFF93, 0xFFD9

# Behind a marker of another kind OpenJPEG looks for the next one in its own way.
_SEGMENTS = {
    0xFF50, _SIZ, _COD, _COC, 0xFF55, 0xFF57, 0xFF58, 0xFF59, 0xFF5C, 0xFF5D, 0xFF5E, 0xFF5F,
    0xFF60, 0xFF61, 0xFF63, 0xFF64, 0xFF74, 0xFF75, 0xFF77, 0xFF78,
}  # fmt: skip


@dataclass(frozen=True)
class _Size:
    """What SIZ says: sides of the picture, tiles across and along it, and its components."""

    width: int
    height: int
    across: int
    along: int
    components: int

    @classmethod
    def of(cls, body: bytes) -> Self:
        right, bottom, left, top, tile_width, tile_height, first_x, first_y, components = (
            struct.unpack_from(">8IH", body, 2)
        )
        across = -(-(right - first_x) // tile_width)
        along = -(-(bottom - first_y) // tile_height)
        return cls(right - left, bottom - top, across, along, components)


def check(data: bytes, max_pixels: int) -> None:
    """Refuse a file that would take far more memory than its pixels.

    Args:
        data: a codestream, or a JP2 file around one.
        max_pixels: of the codestream, whatever the file around it says.

    Raises:
        PictureTooLarge: it has more pixels than allowed.
        BrokenPicture: its headers can not be followed, or cut it into too many pieces.
    """
    try:
        _check(data, max_pixels)
    except (struct.error, IndexError, StopIteration, ZeroDivisionError) as error:
        raise BrokenPicture("the picture's headers are damaged") from error


def depth(data: bytes) -> int:
    """Bits of a sample of a file that `check` has let pass.

    Returns:
        0 where components differ from one another, are signed, or have fewer samples than others.
    """
    _, body = next(_segments(data, codestream(data)))
    kinds = {bytes(kind) for kind in zip(*[iter(body[36:])] * 3, strict=False)}
    sample, *steps = kinds.pop()
    return sample + 1 if not kinds and steps == [1, 1] and sample < 128 else 0


def _check(data: bytes, max_pixels: int) -> None:
    segments = _segments(data, codestream(data))
    marker, body = next(segments)
    if marker != _SIZ:
        raise BrokenPicture("the picture's headers do not begin with its size")
    size = _Size.of(body)
    pixels = size.width * size.height
    if pixels > max_pixels:
        raise PictureTooLarge(
            f"{size.width}x{size.height} is {pixels} pixels, {max_pixels} are allowed",
            limit=max_pixels,
            pixels=pixels,
        )
    allowed = FREE_PIECES + pixels * size.components // SAMPLES_PER_PIECE
    if size.across * size.along > allowed:
        raise BrokenPicture(f"the picture is cut into {size.across}x{size.along} tiles")
    for marker, body in segments:
        if marker not in (_COD, _COC):
            continue
        # COC names a component first, in two bytes where there may be more than 256.
        start = 5 if marker == _COD else 2 if size.components < 257 else 3
        style = body[0] if marker == _COD else body[start - 1]
        pieces = size.components * _pieces(size, body[start:], precincts=bool(style & 1))
        if pieces > allowed:
            raise BrokenPicture(f"the picture is cut into {pieces} precincts and code-blocks")


def _pieces(size: _Size, style: bytes, *, precincts: bool) -> int:
    """How many precincts and code-blocks a component has at most, if it is as large as any."""
    levels, block_x, block_y = style[0], style[1] + 2, style[2] + 2
    pieces = 0
    for level in range(levels + 1):
        down = levels - level
        wide, tall = (style[5 + level] & 15, style[5 + level] >> 4) if precincts else (15, 15)
        pieces += _cells(size, down + wide, down + tall)
        # The lowest resolution is one band, all others are three of half their sides.
        half = level > 0
        block = min(block_x, max(0, wide - half)), min(block_y, max(0, tall - half))
        pieces += (3 if half else 1) * _cells(size, down + half + block[0], down + half + block[1])
    return pieces


def _cells(size: _Size, wide: int, tall: int) -> int:
    """Cells of a grid whose sides are powers of two; the edge of a tile cuts some in two."""
    across, along = -(-size.width >> wide), -(-size.height >> tall)
    return (across + size.across) * (along + size.along)


def codestream(data: bytes) -> int:
    """Where the codestream begins: at once, or in the box `jp2c` of a JP2 file."""
    place = 0
    while data[place : place + 2] != _SOC.to_bytes(2):
        length, kind = struct.unpack_from(">I4s", data, place)
        header = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, place + 8)
            header = 16
        if kind == b"jp2c":
            return place + header
        if length < header:
            raise BrokenPicture("the picture's file has no codestream")
        place += length
    return place


def _segments(data: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Markers of the main header and of all tile-parts, with what follows their lengths."""
    if struct.unpack_from(">H", data, place) != (_SOC,):
        raise BrokenPicture("the picture's codestream does not begin as one")
    place, ends = place + 2, None
    # What is truncated in its pixels is the decoder's to judge: some files lack their last bytes.
    while place + 4 <= len(data):
        marker, length = struct.unpack_from(">HH", data, place)
        if marker == _EOC:
            return
        if marker == _SOD:
            if ends is None:  # a last tile-part without a length
                return
            if ends < place + 2:
                raise BrokenPicture("the picture's headers are damaged")
            place, ends = ends, None
            continue
        if marker == _SOT:
            (tile_part,) = struct.unpack_from(">I", data, place + 6)
            ends = place + tile_part if tile_part else None
        elif marker in _SEGMENTS:
            yield marker, data[place + 4 : place + 2 + length]
        else:
            raise BrokenPicture(f"the picture's headers hold a marker {marker:04x}")
        if length < 2:
            raise BrokenPicture("the picture's headers are damaged")
        place += 2 + length
