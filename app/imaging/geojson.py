"""Masks and boxes as GeoJSON features, in a picture's georeference or in its pixels."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.imaging.georeference import GeoReference
from app.imaging.shapes import Mask, Points, Polygon, polygons

_LONGITUDE_FIRST = {("EPSG", "4326"): "urn:ogc:def:crs:OGC:1.3:CRS84"}


def features(mask: Mask, geo: GeoReference | None, **properties: Any) -> Iterator[dict[str, Any]]:
    """One feature for each region of a mask, whose pixels touch by their sides.

    Outer rings run counterclockwise in the coordinates and holes clockwise (RFC 7946, 3.1.6).

    Args:
        mask: bool `[H, W]`.
        geo: where the picture lies; without it coordinates are those of pixel corners.
        properties: of every feature, beside `pixels`, how many it has, and `area`, in the squared
            unit of a projected system of coordinates.

    Raises:
        CannotGeoreference: the picture has a reference that could not be read.
    """
    known = geo.known() if geo else None
    for polygon in polygons(mask):
        pixels = _pixels(polygon)
        area = {"area": pixels * abs(known.determinant)} if known and known.projected else {}
        rings = [_coordinates(ring, known) for ring in polygon]
        yield _feature(rings, {**properties, "pixels": pixels, **area})


def box_feature(
    box: tuple[float, float, float, float], geo: GeoReference | None, **properties: Any
) -> dict[str, Any]:
    """One feature for a box, its outer ring counterclockwise in the coordinates.

    Args:
        box: its left, upper, right and lower sides in pixels.
        geo: where the picture lies; without it coordinates are in pixels.
        properties: of the feature, beside `area`, in the squared unit of a projected system.

    Raises:
        CannotGeoreference: the picture has a reference that could not be read.
    """
    known = geo.known() if geo else None
    left, top, right, bottom = box
    pixels = (right - left) * (bottom - top)
    area = {"area": pixels * abs(known.determinant)} if known and known.projected else {}
    ring = np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]])
    return _feature([_coordinates(ring, known)], {**properties, **area})


def collection(
    members: list[dict[str, Any]], geo: GeoReference | None, **foreign: Any
) -> dict[str, Any]:
    """A whole GeoJSON.

    RFC 7946 knows WGS 84 only and has taken away the member `crs` of GeoJSON 2008. Without it a
    metre would be read as a degree, and GDAL and QGIS still read it; `null` says that coordinates
    are on no earth.

    Args:
        members: the features.
        geo: where the picture lies.
        foreign: further members (RFC 7946, 6.1).
    """
    return {"type": "FeatureCollection", "crs": _crs(geo), **foreign, "features": members}


def _feature(rings: list[list[list[float]]], properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": rings}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _crs(geo: GeoReference | None) -> dict[str, Any] | None:
    if geo is None or geo.crs is None:
        return None
    authority = geo.authority
    if authority is None:
        name = geo.crs  # not what the standard means by a name, but GDAL reads it
    else:
        # Angles come as longitude, latitude; this name says so, that of EPSG has them reversed.
        urn = f"urn:ogc:def:crs:{authority[0]}::{authority[1]}"
        name = _LONGITUDE_FIRST.get(authority, urn)
    return {"type": "name", "properties": {"name": name}}


def _pixels(polygon: Polygon) -> int:
    """How many pixels a polygon has: the shoelace formula, holes counting negatively."""
    doubled = 0
    for ring in polygon:
        x, y = ring[:, 0], ring[:, 1]
        doubled += int(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    return doubled // 2


def _coordinates(ring: Points, geo: GeoReference | None) -> list[list[float]]:
    if geo is None:
        corners: list[list[float]] = ring.tolist()
        return corners
    points = geo.points(ring)
    turned: list[list[float]] = (points[::-1] if geo.determinant < 0 else points).tolist()
    return turned
