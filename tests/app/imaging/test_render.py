"""Heat maps: small is dark, large is bright; overlays: half picture, half colours."""

import numpy as np

from app.imaging.picture import Picture
from app.imaging.render import heat, heat_colors, overlay
from tests.conftest import noise


def test_brightness_follows_the_numbers() -> None:
    values = np.linspace(-3, 5, 64, dtype=np.float32).reshape(1, 64)
    light = heat(values, 64, 1).pixels[0] @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(light) >= -1).all()
    assert light[0] < 5
    assert light[-1] > 240


def test_a_flat_map_is_black() -> None:
    picture = heat(np.full((2, 2), 7, np.float32), 9, 5)
    assert (picture.width, picture.height) == (9, 5)
    assert picture.pixels.max() <= 4


def test_heat_colours_are_those_of_inferno() -> None:
    first, middle, last = heat_colors(np.array([0.0, 0.5, 1.0], np.float32)).tolist()
    assert (first, last) == ([0, 0, 4], [252, 255, 164])
    assert np.abs(np.array(middle) - (188, 55, 84)).max() <= 2  # matplotlib's value at 0.5


def test_an_overlay_is_half_of_each() -> None:
    pixels, values, colors = noise(7, 5, seed=1), noise(7, 5, 1)[..., 0], noise(3, 256)[:, 0]
    blended = overlay(Picture(pixels, icc=b"profile"), values, colors)
    exact = (pixels.astype(float) + colors[values]) / 2
    assert np.abs(blended.pixels - exact).max() <= 0.5
    assert blended.icc == b"profile"


def test_an_overlay_of_gray_is_of_colours() -> None:
    deep = np.full((2, 2, 3), 65535, np.uint16)
    gray_picture = Picture(deep, deep[..., 0], gray=True, icc=b"profile of gray")
    black = np.zeros((256, 3), np.uint8)
    blended = overlay(gray_picture, np.zeros((2, 2), np.uint8), black)
    assert blended.pixels.dtype == np.uint8
    assert (blended.pixels == 128).all()
    assert blended.alpha is not None
    assert (blended.alpha == 255).all()
    assert not blended.gray
    assert blended.icc is None
