"""Directories of TIFF and EXIF that make a reader copy more than there is."""

import struct

import numpy as np
import pytest
from PIL import Image

from app.errors import BrokenPicture
from app.imaging import directories
from app.imaging.decode import decode
from tests.app.imaging import odd
from tests.conftest import file

BLACK = Image.new("RGB", (16, 16))


def overlapping(count: int, size: int) -> bytes:
    """A directory of entries that all name the same bytes."""
    entries = (struct.pack("<HHII", 60_000 + tag, 7, size, 20) for tag in range(count))
    head = struct.pack("<2sHI", b"II", 42, 20 + size)
    return head + bytes(12 + size) + struct.pack("<H", count) + b"".join(entries) + bytes(4)


def chain(pages: int) -> bytes:
    """A TIFF of so many empty directories."""
    ends = [8 + 18 * (page + 1) for page in range(pages - 1)] + [0]
    entry = struct.pack("<HHII", 256, 4, 1, 1)
    return struct.pack("<2sHI", b"II", 42, 8) + b"".join(
        struct.pack("<H", 1) + entry + struct.pack("<I", end) for end in ends
    )


def test_values_that_lie_beside_one_another() -> None:
    directories.check(overlapping(1, 2**21))
    with pytest.raises(BrokenPicture, match="again and again"):
        directories.check(overlapping(3, 2**21))


def test_too_many() -> None:
    directories.check(chain(directories.PAGES))
    with pytest.raises(BrokenPicture, match="more than 10000 directories"):
        directories.check(chain(directories.PAGES + 1))
    many = struct.pack("<2sHHHQQ", b"II", 43, 8, 0, 16, 2**16 + 1)
    with pytest.raises(BrokenPicture, match="a directory of 65537 entries"):
        directories.check(many + bytes(100))
    pieces = struct.pack("<2sHIHHHIII", b"II", 42, 8, 1, 273, 4, 2**16 + 1, 26, 0)
    with pytest.raises(BrokenPicture, match="cut into 65537 pieces"):
        directories.check(pieces)


def test_a_chain_that_bites_its_tail_ends() -> None:
    data = bytearray(chain(3))
    data[-4:] = struct.pack("<I", 8)
    directories.check(bytes(data))


def test_a_pointer_that_leads_anywhere_costs_no_picture() -> None:
    exif = Image.Exif()
    exif[0x8769] = {0xA005: 10_000, 0x927C: np.random.default_rng(0).bytes(30_000)}
    for format in ("JPEG", "PNG", "WEBP"):
        assert decode(file(BLACK, format, exif=exif.tobytes()), max_pixels=1000).width == 16


@pytest.mark.parametrize("data", [b"", b"II", b"II*\0\xff\xff\xff\x7f" + bytes(20), bytes(40)])
def test_what_is_none_is_let_pass(data: bytes) -> None:
    directories.check(data)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "AVIF", "TIFF"])
def test_exif_of_every_format(format: str) -> None:
    block = overlapping(20, 2**20)
    if format == "PNG":
        data = odd.png_with(b"eXIf", block)
    elif format == "TIFF":
        data = block
    else:
        empty = (b"II*\0\x08" + bytes(9)).ljust(len(block), b"\0")
        data = file(BLACK, format, exif=b"Exif\0\0" + empty).replace(empty, block)
        assert block in data
    with pytest.raises(BrokenPicture, match="again and again"):
        decode(data, max_pixels=1000)


def test_blocks_of_exif_before_the_one_of_an_avif() -> None:
    data = file(BLACK, "AVIF", exif=b"Exif\0\0II*\0\x08" + bytes(9) + b"II*\0" * 64)
    with pytest.raises(BrokenPicture, match="blocks of EXIF"):
        decode(data, max_pixels=1000)


def test_exif_of_jpeg_that_is_joined_of_segments() -> None:
    block, data = overlapping(40, 2**19), file(BLACK, "JPEG")
    parts = [b"Exif\0\0" + block[place : place + 60_000] for place in range(0, len(block), 60_000)]
    segments = b"".join(b"\xff\xe1" + (2 + len(part)).to_bytes(2) + part for part in parts)
    with pytest.raises(BrokenPicture, match="again and again"):
        decode(data[:2] + segments + data[2:], max_pixels=1000)


def test_exif_as_a_text_of_imagemagick() -> None:
    block = b"Exif\0\0" + overlapping(20, 2**18)
    written = f"Raw profile type exif\0\nexif\n{len(block)}\n{block.hex()}"
    data = odd.png_with(b"tEXt", written.encode())
    with pytest.raises(BrokenPicture, match="again and again"):
        decode(data, max_pixels=1000)
