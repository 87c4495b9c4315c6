"""GeoJSON of masks: places, areas, turns and the system of coordinates."""

from typing import Any

import numpy as np
import pytest
from rasterio.transform import Affine

from app.errors import CannotGeoreference
from app.imaging.geojson import collection, features
from app.imaging.georeference import GeoReference, unread
from app.imaging.geotiff import reference_of
from tests.app.imaging.geo import DEGREES, ROTATED, UTM, geotiff
from tests.conftest import noise

MASK = np.zeros((6, 8), np.bool_)
MASK[1:5, 2:6] = True
MASK[2:4, 3:5] = False  # a hole
MASK[5, 7] = True


def reference(transform: object = UTM, crs: str | None = "EPSG:32633") -> GeoReference:
    found = reference_of(geotiff(noise(8, 6), transform, crs))  # type: ignore[arg-type]
    assert found is not None
    return found


def area(ring: list[list[float]]) -> float:
    """Green's formula: positive where a ring runs counterclockwise."""
    (x, y), (x_next, y_next) = np.array(ring[:-1]).T, np.array(ring[1:]).T
    x, x_next, y, y_next = x - ring[0][0], x_next - ring[0][0], y - ring[0][1], y_next - ring[0][1]
    return float(np.sum(x * y_next - x_next * y) / 2)


def test_pixels_without_a_reference() -> None:
    region, speck = features(MASK, None, index=3, label="road")
    assert region["type"] == "Feature"
    assert region["properties"] == {"index": 3, "label": "road", "pixels": 12}
    assert region["geometry"]["type"] == "Polygon"
    outer, hole = region["geometry"]["coordinates"]
    assert (area(outer), area(hole)) == (16, -4)
    assert speck["properties"]["pixels"] == 1
    assert speck["geometry"]["coordinates"] == [[[7, 5], [8, 5], [8, 6], [7, 6], [7, 5]]]
    assert collection([region], None, model="m@1") == {
        "type": "FeatureCollection", "crs": None, "model": "m@1", "features": [region],
    }  # fmt: skip


@pytest.mark.parametrize("transform", [UTM, ROTATED, ROTATED @ Affine.scale(-1, 1)])
def test_coordinates_of_a_plane(transform: Any) -> None:
    region, speck = features(MASK, reference(transform))
    corners = [transform @ corner for corner in ((7, 5), (8, 5), (8, 6), (7, 6))]
    ring = speck["geometry"]["coordinates"][0]
    found = sorted(ring[:-1])
    assert np.allclose(found, sorted(map(list, corners)), rtol=1e-14, atol=0)
    assert ring[0] == ring[-1]
    outer, hole = region["geometry"]["coordinates"]
    pixel = abs(transform.determinant)
    assert area(outer) == pytest.approx(16 * pixel, rel=1e-4)
    assert area(hole) == pytest.approx(-4 * pixel, rel=1e-4)
    assert region["properties"] == {"pixels": 12, "area": pytest.approx(12 * pixel)}


def test_degrees_have_no_area() -> None:
    region, _ = features(MASK, reference(DEGREES, "EPSG:4326"))
    assert region["properties"] == {"pixels": 12}
    outer = np.array(region["geometry"]["coordinates"][0])
    assert outer.min(axis=0).tolist() == [-10 + 0.25 * 2, 50 - 0.25 * 5]  # longitude first


def named(crs: str | None) -> Any:
    made = collection([], reference(crs=crs))
    return made["crs"] and made["crs"]["properties"]["name"]


def test_the_system_has_a_name() -> None:
    assert named("EPSG:32633") == "urn:ogc:def:crs:EPSG::32633"
    assert named("EPSG:4326") == "urn:ogc:def:crs:OGC:1.3:CRS84"
    assert named(None) is None
    local = named("+proj=tmerc +lat_0=48.1 +lon_0=11.5 +ellps=bessel +units=m")
    assert local.startswith("PROJCRS[")


def test_a_reference_that_was_not_read() -> None:
    with pytest.raises(CannotGeoreference, match="gone"):
        list(features(MASK, unread("gone")))
