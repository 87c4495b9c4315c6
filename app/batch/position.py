"""Where a picture was taken, as its camera or drone wrote it into the EXIF."""

import io
import math
import warnings
from collections.abc import Mapping
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD

from app.imaging.signatures import FORMATS

Position = tuple[float, float]
"""Longitude and latitude in degrees, east and north positive, in this order (RFC 7946, 3.1.1)."""


EAST_WEST = {"E": 1, "W": -1}
NORTH_SOUTH = {"N": 1, "S": -1}


def position_of(data: bytes) -> Position | None:
    """The position in a picture's EXIF (CIPA DC-008, 4.6.6) in WGS 84, if there is a sensible one.

    One that is said to refer to another datum is left out: it can be hundreds of metres off.

    Args:
        data: the file.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata
        try:
            tags = _tags(data)
            if not _is_wgs84(tags.get(GPS.GPSMapDatum)):
                return None
            return (
                _degrees(tags[GPS.GPSLongitude], tags[GPS.GPSLongitudeRef], EAST_WEST, 180),
                _degrees(tags[GPS.GPSLatitude], tags[GPS.GPSLatitudeRef], NORTH_SOUTH, 90),
            )
        except Exception:  # EXIF is damaged in any way, and Pillow then raises anything
            return None


def _tags(data: bytes) -> dict[int, Any]:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        # Pillow would decode all pixels of a PNG to find EXIF that stands behind them.
        if image.format == "PNG" and "exif" not in image.info:
            return {}
        return image.getexif().get_ifd(IFD.GPSInfo)


def _degrees(parts: Any, hemisphere: Any, signs: Mapping[str, int], limit: int) -> float:
    """Degrees, minutes and seconds as signed degrees."""
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not (math.isfinite(value) and 0 <= value <= limit):
        raise ValueError(f"{value} is no angle")
    return signs[_text(hemisphere)] * value


def _is_wgs84(datum: Any) -> bool:
    return datum is None or "".join(filter(str.isalnum, _text(datum))) in ("", "WGS84")


def _text(value: Any) -> str:
    text = value.decode("ascii") if isinstance(value, bytes) else str(value)
    return text.strip(" \0").upper()
