"""Transforms of pixels to coordinates, against numpy."""

import numpy as np
import pytest

from app.errors import CannotGeoreference
from app.imaging.georeference import GeoReference, unread
from tests.app.imaging.test_decode import TURNS

TURNED = GeoReference((0.5, 0.1, 500_000.25, 0.05, -0.4, 4_000_000.5))


def test_points() -> None:
    corners = np.array([[0, 0], [10, 0], [3, 7]])
    assert TURNED.points(corners).tolist() == [
        [500_000.25, 4_000_000.5],
        [500_005.25, 4_000_001.0],
        [pytest.approx(500_002.45), pytest.approx(3_999_997.85)],
    ]


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_a_corner_stays_where_it_is_when_the_picture_grows(scale: int) -> None:
    corners = np.array([[0, 0], [10, 0], [3, 7], [640, 480]])
    grown = TURNED.scaled(scale).points(corners * scale)
    assert np.allclose(grown, TURNED.points(corners), rtol=1e-15, atol=0)


@pytest.mark.parametrize("orientation", TURNS)
def test_a_pixel_stays_where_it_is_when_the_picture_is_turned(orientation: int) -> None:
    """Middles of pixels are turned as pixels are."""
    height, width = 4, 6
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    places = TURNED.points(np.stack([columns, rows], axis=-1))
    upright = TURNS[orientation](places)
    high, wide = upright.shape[:2]
    columns, rows = np.meshgrid(np.arange(wide) + 0.5, np.arange(high) + 0.5)
    turned = TURNED.turned(orientation, width, height)
    assert np.allclose(turned.points(np.stack([columns, rows], axis=-1)), upright, rtol=1e-15)


def test_the_area_of_a_pixel() -> None:
    assert TURNED.determinant == pytest.approx(-0.205)
    assert TURNED.scaled(4).determinant == pytest.approx(-0.205 / 16)


def test_who_numbered_the_system() -> None:
    inner = 'GEOGCRS["a",ELLIPSOID["b",1,2,ID["EPSG",7030]]]'
    assert GeoReference((1, 0, 0, 0, 1, 0)).authority is None
    assert GeoReference((1, 0, 0, 0, 1, 0), crs=inner).authority is None
    outer = f'PROJCRS["x",{inner},ID["EPSG",32633]]'
    assert GeoReference((1, 0, 0, 0, 1, 0), crs=outer).authority == ("EPSG", "32633")


def test_what_could_not_be_read_is_not_known() -> None:
    assert TURNED.known() is TURNED
    for lost in (unread("for a reason"), unread("for a reason").scaled(2)):
        with pytest.raises(CannotGeoreference, match="for a reason"):
            lost.known()
