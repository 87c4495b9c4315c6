"""Positions out of EXIF, held to numbers computed by hand."""

import math
from typing import Any

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from app.batch.position import position_of
from tests.conftest import file

LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE, DATUM = 1, 2, 3, 4, 18
GPS_IFD = 0x8825

HERE = {LATITUDE_REF: "N", LATITUDE: (48.0, 51.0, 29.6), LONGITUDE_REF: "E", LONGITUDE: (2, 17, 40)}


def taken_at(tags: dict[int, Any], format: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif.get_ifd(GPS_IFD).update(tags)
    exif[GPS_IFD] = exif.get_ifd(GPS_IFD)
    return file(Image.new("RGB", (8, 8)), format, exif=exif)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_degrees_minutes_and_seconds(format: str) -> None:
    # 48 + 51/60 + 29.6/3600 and 2 + 17/60 + 40/3600
    expected = (2.294444, 48.858222)
    assert position_of(taken_at(HERE, format)) == pytest.approx(expected, abs=1e-6)


def test_the_other_hemispheres() -> None:
    south = {
        LATITUDE_REF: "S",
        LATITUDE: (22, 57, 7),
        LONGITUDE_REF: "W",
        LONGITUDE: (43, 12.63, 0),
    }
    # -(22 + 57/60 + 7/3600) and -(43 + 12.63/60)
    assert position_of(taken_at(south)) == pytest.approx((-43.2105, -22.951944), abs=1e-6)


def test_datums() -> None:
    for same in ("WGS-84", "WGS84", "wgs 84"):
        assert position_of(taken_at({**HERE, DATUM: same})) is not None
    assert position_of(taken_at({**HERE, DATUM: "TOKYO"})) is None


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {LATITUDE: HERE[LATITUDE], LONGITUDE: HERE[LONGITUDE]},
        {**HERE, LATITUDE_REF: "X"},
        {**HERE, LATITUDE_REF: ""},
        {**HERE, LATITUDE: (91, 0, 0)},
        {**HERE, LONGITUDE: (181, 0, 0)},
        {**HERE, LONGITUDE: (IFDRational(0, 0), 0, 0)},  # a camera that has not found itself yet
        {**HERE, LONGITUDE: (2, 17)},
    ],
)
def test_no_sensible_position(tags: dict[int, Any]) -> None:
    assert position_of(taken_at(tags)) is None


def test_damaged_exif_and_no_picture() -> None:
    good = taken_at(HERE)
    for place in range(0, len(good), 3):
        found = position_of(good[:place] + b"\xff" + good[place + 1 :])
        assert found is None or all(map(math.isfinite, found))
    assert position_of(b"no picture") is None
