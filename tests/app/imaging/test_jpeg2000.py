"""JPEG 2000: what OpenJPEG would allocate is known from the headers, however they are hidden."""

import struct
from typing import Any

import pytest
from PIL import Image

from app.errors import BrokenPicture, PictureTooLarge
from app.imaging.jpeg2000 import check
from tests.app.imaging.odd import codestream, jp2
from tests.conftest import file, noise

LIMIT = 1_000_000
PICTURE = Image.fromarray(noise(300, 200))


@pytest.mark.parametrize("bare", [True, False])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"tile_size": (64, 64)},
        {"tile_size": (100, 70), "progression": "CPRL"},
        {"codeblock_size": (16, 16)},
        {"codeblock_size": (32, 32), "precinct_size": (64, 64)},
        {"precinct_size": (256, 256), "quality_layers": [80, 20], "irreversible": True},
        {"num_resolutions": 1},
    ],
)
def test_what_encoders_write(options: dict[str, Any], bare: bool) -> None:
    check(file(PICTURE, "JPEG2000", no_jp2=bare, **options), 300 * 200)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"tile": (1, 1)}, "1000x1000 tiles"),
        ({"tile": (2**32 - 1, 1)}, "precincts and code-blocks"),
        ({"tile": (8, 8)}, "precincts and code-blocks"),
        ({"block": 0}, "precincts and code-blocks"),
        ({"precinct": 1}, "precincts and code-blocks"),
        ({"precinct": 3}, "precincts and code-blocks"),
    ],
)
@pytest.mark.parametrize("wrap", [bytes, jp2])
def test_small_pieces(changed: dict[str, Any], words: str, wrap: Any) -> None:
    with pytest.raises(BrokenPicture, match=words):
        check(wrap(codestream(1000, 1000, **changed)), LIMIT)


def test_a_file_that_says_less_than_its_codestream() -> None:
    with pytest.raises(PictureTooLarge, match="2000x1000"):
        check(jp2(codestream(2000, 1000)), LIMIT)


def test_pieces_that_a_later_header_asks_for() -> None:
    plain, small = codestream(1000, 1000), codestream(1000, 1000, precinct=1)
    style = small[small.index(b"\xff\x52") : small.index(b"\xff\x5c")]
    # Between the length of a tile-part and its pixels.
    place = plain.index(b"\xff\x93")
    part = plain.index(b"\xff\x90") + 6
    (length,) = struct.unpack_from(">I", plain, part)
    longer = struct.pack(">I", length + len(style) if length else 0)
    data = plain[:part] + longer + plain[part + 4 : place] + style + plain[place:]
    check(plain, LIMIT)
    with pytest.raises(BrokenPicture, match="precincts"):
        check(data, LIMIT)
    # The same for one component only, in the second of two tile-parts.
    component = b"\xff\x53" + struct.pack(">HBB", len(style) - 5, 0, 1) + style[9:]
    with pytest.raises(BrokenPicture, match="precincts"):
        check(data[:place] + component + data[place:], LIMIT)


@pytest.mark.parametrize("length", [0, 1, 12])
def test_a_tile_part_that_ends_before_it_begins(length: int) -> None:
    data = bytearray(codestream(16, 16))
    struct.pack_into(">I", data, data.index(b"\xff\x90") + 6, length)
    if length == 0:  # it goes on to the end
        check(bytes(data), LIMIT)
    else:
        with pytest.raises(BrokenPicture, match="damaged"):
            check(bytes(data), LIMIT)


def test_markers_that_openjpeg_would_search_through() -> None:
    data = codestream(1000, 1000)
    place = data.index(b"\xff\x52")
    with pytest.raises(BrokenPicture, match="marker ff6e"):
        check(data[:place] + b"\xff\x6e\x00\x04\x00\x00" + data[place:], LIMIT)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\x4f", b"\xff\x4f\xff\x51\x00\x04\x00\x00", b"\0\0\0\x0cjP  \r\n\x87\n", bytes(99)],
)
def test_headers_that_end_too_soon(data: bytes) -> None:
    with pytest.raises(BrokenPicture):
        check(data, LIMIT)
