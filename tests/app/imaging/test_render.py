"""Heat maps: small is dark, large is bright."""

import numpy as np

from app.imaging.render import heat


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
