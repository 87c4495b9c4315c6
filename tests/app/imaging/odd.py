"""Files that are small and ask for much: decoders run for hours on them, or fill the memory."""

import re
import struct
import zlib
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

from PIL import Image

from tests.conftest import file

BLACK = Image.new("RGB", (16, 16))


def jpeg_of_scans(count: int, *, progressive: bool = True) -> bytes:
    """A JPEG of so many scans, nearly all of them empty."""
    data = file(BLACK, "JPEG", progressive=progressive)
    starts = [found.start() for found in re.finditer(rb"\xff\xda", data)]
    if progressive:
        last = data[starts[-1] :]
        empty = last[: 2 + int.from_bytes(last[2:4])]
        return data[:-2] + empty * (count - len(starts)) + data[-2:]
    # One scan of all components would be the last that a decoder reads.
    scans = [
        bytes.fromhex(f"ffda 0008 01 {i:02x} {0x11 * (i > 1):02x} 00 3f 00") for i in (1, 2, 3)
    ]
    return data[: starts[0]] + b"".join(islice(cycle(scans), count)) + data[-2:]


def png_with(kind: bytes, body: bytes, *, times: int = 1) -> bytes:
    """A PNG with a chunk before its pixels, or several."""
    data, place = file(BLACK), 33
    return data[:place] + _chunk(kind, body) * times + data[place:]


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that announces a size; its pixels are those of a small one."""
    data = file(BLACK)
    header = struct.pack(">II", width, height) + data[24:29]
    return data[:8] + _chunk(b"IHDR", header) + data[33:]


def packed(size: int) -> bytes:
    """So many zeros in a thousandth of their bytes."""
    return zlib.compress(bytes(size), 9)


def gif_of_size(width: int, height: int, *, frame: bool = False) -> bytes:
    """A GIF that announces a size, of its canvas or of its first frame."""
    data = bytearray(file(BLACK.quantize(2), "GIF"))
    place = data.index(b",", 13 + 3 * 2 ** ((data[10] & 7) + 1)) + 5 if frame else 6
    struct.pack_into("<HH", data, place, width, height)
    return bytes(data)


def bmp_of_size(width: int, height: int) -> bytes:
    """A BMP that announces a size."""
    data = bytearray(file(BLACK, "BMP"))
    struct.pack_into("<ii", data, 18, width, height)
    return bytes(data)


def webp_of_size(width: int, height: int) -> bytes:
    """A WebP whose canvas is announced to have a size."""
    frames = {"save_all": True, "append_images": [Image.new("RGB", (16, 16), "red")]}
    data = bytearray(file(BLACK, "WEBP", **frames))
    place = data.index(b"VP8X") + 12
    data[place : place + 6] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(data)


def avif_of_size(width: int, height: int) -> bytes:
    """An AVIF that announces a size."""
    data = bytearray(file(BLACK, "AVIF"))
    struct.pack_into(">II", data, data.index(b"ispe") + 8, width, height)
    return bytes(data)


def tiff_of_size(width: int, height: int) -> bytes:
    """A TIFF that announces a size."""
    return _tiff(width, height)


def tiff_of_tile(width: int, height: int) -> bytes:
    """A TIFF of 16x16 pixels in a tile that is announced to have a size."""
    return _tiff(16, 16, {322: width, 323: height, 324: 8, 325: 100})


def codestream(width: int, height: int, **changed: Any) -> bytes:
    """A JPEG 2000 codestream that announces a size.

    Args:
        width: of the picture.
        height: of the picture.
        changed: `tile`, a pair of sides; `block`, the exponent of both sides of a code-block less
            two; `precinct`, the exponent of both sides of one.
    """
    data = bytearray(file(BLACK, "JPEG2000", no_jp2=True, num_resolutions=5))
    size = data.index(b"\xff\x51")
    struct.pack_into(">II", data, size + 6, width, height)
    struct.pack_into(">II", data, size + 22, *changed.get("tile", (width, height)))
    start = data.index(b"\xff\x52")
    stop = start + 2 + struct.unpack_from(">H", data, start + 2)[0]
    style = data[start:stop]
    if "block" in changed:
        style[10:12] = bytes([changed["block"]] * 2)
    if "precinct" in changed:
        style[4] |= 1
        style += bytes([changed["precinct"] * 17] * 5)
        struct.pack_into(">H", style, 2, len(style) - 2)
    return bytes(data[:start] + style + data[stop:])


def jp2(stream: bytes) -> bytes:
    """A JP2 file that announces 16x16 pixels, whatever the codestream in it has."""
    data = file(BLACK, "JPEG2000")
    box = data.index(b"jp2c") - 4
    return data[:box] + struct.pack(">I4s", 8 + len(stream), b"jp2c") + stream


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _tiff(width: int, height: int, more: dict[int, int] | None = None) -> bytes:
    """The least that makes a TIFF: 8-bit gray, deflated."""
    tags = {256: width, 257: height, 258: 8, 259: 8, 262: 1, 277: 1}
    tags |= more or {273: 8, 278: height, 279: 100}
    entries = [struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags.items())]
    pixels = zlib.compress(bytes(1000)).ljust(100, b"\0")
    head = struct.pack("<2sHI", b"II", 42, 8 + len(pixels))
    return head + pixels + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)


ANNOUNCING: dict[str, Callable[[int, int], bytes]] = {
    "PNG": png_of_size,
    "GIF": gif_of_size,
    "GIF's frame": lambda width, height: gif_of_size(width, height, frame=True),
    "BMP": bmp_of_size,
    "WebP": webp_of_size,
    "AVIF": avif_of_size,
    "TIFF": tiff_of_size,
    "TIFF's tile": tiff_of_tile,
    "JPEG 2000": codestream,
    "JP2": lambda width, height: jp2(codestream(width, height)),
    "PPM": lambda width, height: b"P6 %d %d 255 " % (width, height) + bytes(100),
}
"""By what is announced: files of a few bytes, whatever size they say they have."""
