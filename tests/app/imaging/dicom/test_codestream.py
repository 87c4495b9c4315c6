"""Compressed frames that are not what the DICOM header says."""

import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pydicom import uid
from pydicom.encaps import encapsulate

from app.errors import BrokenPicture
from app.imaging.decode import decode
from app.imaging.dicom.codestream import check_jpeg, checked_jpeg2000
from app.imaging.dicom.layout import Layout
from tests.app.imaging import odd
from tests.app.imaging.dicom.made import data_set, saved
from tests.conftest import file, noise

LAYOUT = Layout(
    rows=17, columns=24, samples=3, allocated=8, stored=8, signed=False, photometric="RGB",
    planar=False, frames=1, keyword="PixelData",
)  # fmt: skip
JPEG = file(Image.fromarray(noise(24, 17)), "JPEG")


def test_a_jpeg_that_is_what_is_said() -> None:
    check_jpeg(JPEG, LAYOUT)
    check_jpeg(file(Image.fromarray(noise(24, 17)), "JPEG", progressive=True), LAYOUT)


@pytest.mark.parametrize(
    "layout", [{"rows": 18}, {"columns": 23}, {"samples": 1}], ids=lambda layout: next(iter(layout))
)
def test_a_jpeg_that_is_not(layout: dict[str, int]) -> None:
    with pytest.raises(BrokenPicture, match="not of the size"):
        check_jpeg(JPEG, replace(LAYOUT, **layout))


def test_what_could_change_the_size_later() -> None:
    scan = JPEG.index(b"\xff\xda")
    for marker, body in (
        (0xDC, b"\x40\x00"),  # DNL
        (0xEB, b"JP\0\0"),  # a box of JPEG XT
        (0xF8, b"\x04\x02" + b"\xff" * 4),  # LSE with larger sides
    ):
        segment = struct.pack(">BBH", 0xFF, marker, 2 + len(body)) + body
        with pytest.raises(BrokenPicture, match="no DICOM file has"):
            check_jpeg(JPEG[:scan] + segment + JPEG[scan:], LAYOUT)
    header = JPEG[JPEG.index(b"\xff\xc0") : scan]
    larger = header.replace(struct.pack(">HH", 17, 24), struct.pack(">HH", 60_000, 60_000))
    with pytest.raises(BrokenPicture, match="not of the size"):
        check_jpeg(JPEG[:scan] + larger + JPEG[scan:], LAYOUT)


@pytest.mark.parametrize(("progressive", "most"), [(True, 20), (False, 3)])
def test_scans_have_a_limit(progressive: bool, most: int) -> None:
    for count in (most, most + 1):
        data = odd.jpeg_of_scans(count, progressive=progressive)
        at = data.index(b"\xff\xc2" if progressive else b"\xff\xc0")
        rows, columns, samples = struct.unpack(">HHB", data[at + 5 : at + 10])
        layout = replace(LAYOUT, rows=rows, columns=columns, samples=samples)
        if count == most:
            check_jpeg(data, layout)
        else:
            with pytest.raises(BrokenPicture, match=f"more than {most} scans"):
                check_jpeg(data, layout)


def test_a_jpeg_without_an_end() -> None:
    with pytest.raises(BrokenPicture, match="is cut off"):
        check_jpeg(JPEG[:-2], LAYOUT)


def test_no_jpeg_at_all() -> None:
    with pytest.raises(BrokenPicture, match="has no header"):
        check_jpeg(b"nothing of the kind", LAYOUT)


def test_jpeg2000() -> None:
    stream = odd.codestream(24, 17)
    components = int.from_bytes(stream[40:42])
    layout = replace(LAYOUT, samples=components)
    assert checked_jpeg2000(stream, layout) == stream
    assert checked_jpeg2000(odd.jp2(stream), layout) == stream
    for wrong in (
        (stream, replace(layout, samples=components + 1)),
        (odd.codestream(60_000, 60_000), layout),
        (odd.codestream(1000, 1000, precinct=1), replace(layout, rows=1000, columns=1000)),
        (b"", layout),
        (b"\0\0\0\1jp2c", layout),
    ):
        with pytest.raises(BrokenPicture, match="not of the size"):
            checked_jpeg2000(*wrong)


@pytest.mark.parametrize("syntax", [uid.JPEGBaseline8Bit, uid.JPEGLSLossless, uid.JPEG2000])
def test_no_decoder_sees_a_lie(syntax: uid.UID) -> None:
    """Some would take gigabytes for it."""
    made = data_set(np.zeros((4, 4), np.uint8))
    made.PixelData = encapsulate([odd.codestream(60_000, 60_000), JPEG])
    made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
    with pytest.raises(BrokenPicture, match="compressed picture"):
        decode(saved(made, syntax), max_pixels=10**6)


def test_fragments_have_a_limit() -> None:
    made = data_set(np.zeros((4, 4), np.uint8))
    made.PixelData = b"\xfe\xff\x00\xe0\0\0\0\0" * 100_001
    made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
    with pytest.raises(BrokenPicture, match="more than 100000 pieces"):
        decode(saved(made, uid.JPEGBaseline8Bit), max_pixels=10**6)
