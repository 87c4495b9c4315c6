"""Resolution, EXIF and XMP: kept in every format that can hold them, and true of the answer."""

import io
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import ExifTags, Image

from app.card import Fit
from app.imaging.decode import decode
from app.imaging.encode import MEDIA_TYPES, Writing, encode
from app.imaging.metadata import NONE, Metadata
from app.imaging.picture import Picture
from tests.app.imaging import golden
from tests.conftest import file, noise

MAKE, ARTIST, ORIENTATION, WIDTH = 0x010F, 0x013B, 0x0112, 0x0100
INTEROPERABILITY = 0xA005
EXIF, GPS, TAKEN, X_SIDE, Y_SIDE, LATITUDE = 0x8769, 0x8825, 0x9003, 0xA002, 0xA003, 2
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="6" '
    b'tiff:ImageWidth="6" exif:PixelXDimension="6" dc:rights="mine">'
    b"<tiff:ImageLength>4</tiff:ImageLength></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def exif_of(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[MAKE], exif[ARTIST], exif[ORIENTATION], exif[WIDTH] = "Densight", "Anna", orientation, 6
    exif[EXIF] = {TAKEN: "2026:01:02 03:04:05", X_SIDE: 6, Y_SIDE: 4}
    exif[GPS] = {1: "N", LATITUDE: (48.0, 8.0, 15.5)}
    return exif


def photo(format: str = "JPEG", orientation: int = 6, **options: Any) -> bytes:
    given = {"exif": exif_of(orientation).tobytes(), "dpi": (300, 150), "xmp": XMP, **options}
    return file(Image.fromarray(noise(6, 4)), format, **given)


def tags_of(data: bytes) -> tuple[Image.Exif, dict[int, Any], dict[int, Any]]:
    with Image.open(io.BytesIO(data)) as image:
        exif = image.getexif()
        return exif, exif.get_ifd(EXIF), exif.get_ifd(GPS)


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_what_is_kept(name: str, deep: bool) -> None:
    picture = decode(photo(), max_pixels=100)
    assert (picture.width, picture.height) == (4, 6)
    if deep:
        picture = Picture(golden.deep(3, 4, 6), metadata=picture.metadata)
    data = encode(picture, MEDIA_TYPES[name])
    exif, taken, place = tags_of(data)
    assert exif[MAKE] == "Densight"
    assert exif[ARTIST] == "Anna"
    assert exif.get(ORIENTATION, 1) == 1
    assert taken[TAKEN] == "2026:01:02 03:04:05"
    assert (taken[X_SIDE], taken[Y_SIDE]) == (4, 6)
    assert [float(part) for part in place[LATITUDE]] == [48, 8, 15.5]
    back = decode(data, max_pixels=100)
    assert back.metadata.dpi == pytest.approx((150, 300), abs=0.02)
    assert (back.width, back.height) == (4, 6)
    assert back.metadata.xmp is not None
    assert b'tiff:Orientation="1"' in back.metadata.xmp
    assert b'dc:rights="mine"' in back.metadata.xmp


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_what_is_stripped(name: str, deep: bool) -> None:
    profile = golden.exchanged()
    pixels = golden.deep(3, 4, 6) if deep else noise(4, 6)
    metadata = decode(photo(), max_pixels=100).metadata
    picture = Picture(pixels, icc=profile, metadata=metadata)
    data = encode(picture, MEDIA_TYPES[name], Writing(metadata="strip"))
    back = decode(data, max_pixels=100)
    assert back.metadata == NONE
    assert back.icc == profile
    assert b"Anna" not in data
    assert b"rights" not in data


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_what_is_read(format: str) -> None:
    xmp = XMP.replace(b'tiff:Orientation="6"', b'tiff:Orientation="1"')
    options: dict[str, Any] = {"xmp": xmp}
    if format == "TIFF":
        exif = exif_of()
        exif[700] = xmp
        options = {"exif": exif.tobytes()}
    metadata = decode(photo(format, 1, **options), max_pixels=100).metadata
    assert metadata.exif is not None
    exif = Image.Exif()
    exif.load(metadata.exif)
    assert exif[MAKE] == "Densight"
    assert WIDTH not in exif
    assert exif.get_ifd(EXIF)[X_SIDE] == 6
    if format in ("JPEG", "PNG", "TIFF"):  # the others have it in EXIF only, where it is not here
        assert metadata.dpi == pytest.approx((300, 150), abs=0.02)
    if format != "PNG":  # Pillow does not write it there
        assert metadata.xmp is not None
        assert metadata.xmp == xmp


@pytest.mark.parametrize("format", ["JPEG", "TIFF", "deep TIFF"])
def test_resolution_turns_with_the_picture(format: str) -> None:
    if format == "deep TIFF":
        tag = (ORIENTATION, 3, 1, 6, True)
        options: dict[str, Any] = {"resolution": (300, 150), "resolutionunit": "INCH"}
        data = golden.tiff(golden.deep(3, 6, 4), photometric="rgb", extratags=[tag], **options)
    else:
        data = photo(format, xmp=None)
    picture = decode(data, max_pixels=100)
    assert (picture.width, picture.height) == (4, 6)
    assert picture.metadata.dpi == pytest.approx((150, 300))


def test_nothing_is_kept_where_no_picture_is_answered() -> None:
    seen = decode(photo(), max_pixels=100, seen_by=Fit(size=(4, 4)))
    assert seen.metadata == NONE


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_a_directory_within_a_directory(name: str) -> None:
    exif = exif_of()
    exif[EXIF] = {TAKEN: "2026:01:02 03:04:05", INTEROPERABILITY: {1: "R03"}}
    picture = decode(photo(exif=exif.tobytes()), max_pixels=100)
    data = encode(picture, MEDIA_TYPES[name])
    assert decode(data, max_pixels=100).metadata.exif is not None
    with Image.open(io.BytesIO(data)) as image:
        assert image.getexif().get_ifd(INTEROPERABILITY)[1] == "R03"


def test_no_resolution_is_made_up() -> None:
    assert decode(photo(dpi=(0, 0), xmp=None), max_pixels=100).metadata.dpi is None
    assert decode(photo(dpi=(72, 72), xmp=None), max_pixels=100).metadata.dpi == (72, 72)


def test_a_larger_picture() -> None:
    metadata = decode(photo(), max_pixels=100).metadata.of_size(16, 24, 4)
    assert metadata.dpi == (600, 1200)
    assert metadata.exif is not None
    exif = Image.Exif()
    exif.load(metadata.exif)
    assert (exif.get_ifd(EXIF)[X_SIDE], exif.get_ifd(EXIF)[Y_SIDE]) == (16, 24)
    assert (float(exif[0x011A]), float(exif[0x011B]), exif[0x0128]) == (600, 1200, 2)
    assert metadata.xmp is not None
    for part in (b'ImageWidth="16"', b"ImageLength>24<", b'PixelXDimension="16"'):
        assert part in metadata.xmp


def test_a_thumbnail_is_dropped() -> None:
    exif = exif_of().tobytes()
    # A second directory behind the first one: Compression, and where a JPEG lies.
    start = 6 + int.from_bytes(exif[10:14])
    stop = start + 2 + 12 * int.from_bytes(exif[start : start + 2])
    second = b"\0\1" + bytes.fromhex("0103 0003 00000001 0006 0000") + bytes(4) + b"thumbnail"
    place = (len(exif) - 6).to_bytes(4)
    block = exif[:stop] + place + exif[stop + 4 :] + second
    data = photo(exif=block)
    assert b"thumbnail" in data
    with Image.open(io.BytesIO(data)) as image:
        assert image.getexif().get_ifd(ExifTags.IFD.IFD1)[0x0103] == 6
    assert b"thumbnail" not in encode(decode(data, max_pixels=100), "image/jpeg")


def test_resolution_a_centimetre_and_none_that_is_sensible() -> None:
    def read(**options: Any) -> tuple[float, float] | None:
        data = golden.tiff(golden.deep(1)[..., 0], **options)
        return decode(data, max_pixels=100).metadata.dpi

    centimetre = read(resolution=(100, 50), resolutionunit="CENTIMETER")
    assert centimetre == pytest.approx((254, 127))
    assert read(resolution=(300, 300), resolutionunit="NONE") is None
    assert read(resolution=(1, 1), resolutionunit="INCH") is None
    assert read() is None


def test_exif_that_no_jpeg_can_hold_is_left_out() -> None:
    exif = exif_of()
    exif[EXIF] = {0x927C: bytes(70_000)}
    picture = Picture(noise(6, 4), metadata=Metadata(exif=exif.tobytes(), xmp=bytes(70_000)))
    assert decode(encode(picture, "image/jpeg"), max_pixels=100).metadata == NONE
    for name in ("png", "webp", "tiff"):
        kept = decode(encode(picture, f"image/{name}"), max_pixels=100).metadata.exif
        assert kept is not None
        assert len(kept) > 70_000


def test_resolution_alone_where_only_exif_has_a_place_for_it() -> None:
    picture = Picture(noise(6, 4), metadata=Metadata(dpi=(300.0, 200.0)))
    for name in MEDIA_TYPES:
        back = decode(encode(picture, MEDIA_TYPES[name]), max_pixels=100).metadata
        assert back.dpi == pytest.approx((300, 200), abs=0.02)
        assert back.exif is None


def test_directories_of_a_bigtiff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.imaging.tiff_writer.PLAIN_LIMIT", 0)
    picture = decode(photo(), max_pixels=100)
    data = encode(picture, "image/tiff")
    assert data[:4] == b"II+\0"
    exif, taken, place = tags_of(data)
    assert (exif[MAKE], taken[TAKEN]) == ("Densight", "2026:01:02 03:04:05")
    assert float(place[LATITUDE][2]) == 15.5
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        assert np.array_equal(file.asarray(), picture.pixels)
