"""The palette: enough colours, and neighbours of them that colour-blind people tell apart."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.imaging.palette import VOID, palette

# Of linear RGB without one kind of cones (Machado, Oliveira & Fernandes 2009, severity 1.0).
VISIONS = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}  # fmt: skip


def oklab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """B. Ottosson, 2020 (bottosson.github.io/posts/oklab), an even space and not CAM02-UCS."""
    cones = np.array([
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ])  # fmt: skip
    mix = np.array([
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ])  # fmt: skip
    return np.cbrt(linear @ cones.T) @ mix.T


@pytest.mark.parametrize("vision", VISIONS)
def test_the_first_24_can_be_told_apart(vision: str) -> None:
    srgb = np.array(palette(None)[:24]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = oklab(np.clip(linear @ np.array(VISIONS[vision]).T, 0, 1))
    distances = np.linalg.norm(seen[:, np.newaxis] - seen, axis=-1)
    # For comparison: of matplotlib's tab20 two are 0.007 apart without red cones.
    assert distances[~np.eye(24, dtype=bool)].min() > 0.05


def test_no_two_colours_are_the_same() -> None:
    colors = palette(None)
    assert len(colors) == len(set(colors)) == 256
    assert colors[VOID] == (0, 0, 0)


def test_a_card_s_own_colours_come_first() -> None:
    own = ((1, 2, 3), (4, 5, 6))
    assert palette(own)[:2] == own
    assert palette(own)[2:] == palette(None)[2:]
    assert palette(own * 200) == own * 128
