"""Thinning: of a blurred line the middle is left, with its strength, whatever its direction."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from app.imaging.thinning import thinned


def blurred(angle: float) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """A soft line through the middle of a picture, and how far from it each pixel is."""
    y, x = np.mgrid[:81, :101] - np.array([40, 50])[:, np.newaxis, np.newaxis]
    away = np.abs(x * np.sin(np.radians(angle)) - y * np.cos(np.radians(angle)))
    return np.exp(-((away / 3) ** 2)).astype(np.float32), away


@pytest.mark.parametrize("angle", [0, 17, 45, 63, 90, 110, 135, 170])
def test_a_soft_line_becomes_thin(angle: float) -> None:
    soft, away = blurred(angle)
    thin = thinned(soft)
    kept = thin > 0.1
    assert away[kept].max() <= 1
    assert np.array_equal(thin[kept], soft[kept])
    # No gap: along the line every step of a pixel finds one.
    assert kept[away < 0.5].mean() > 0.9
    assert ndimage.label(kept, np.ones((3, 3)))[1] == 1


def test_a_circle_stays_closed() -> None:
    image = Image.new("L", (120, 120))
    ImageDraw.Draw(image).ellipse((20, 20, 100, 100), outline=255, width=3)
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(2)), np.float32) / 255
    kept = thinned(soft) > 0.2
    assert kept.sum() < (soft > 0.2).sum() / 3
    inside = ndimage.label(~kept)[0]
    assert inside[60, 60] != inside[0, 0]


def test_bands_are_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rough = np.random.default_rng(0).random((60, 40)).astype(np.float32)
    strengths = ndimage.gaussian_filter(rough, 1.5)
    whole = thinned(strengths)
    monkeypatch.setattr("app.imaging.thinning.PIXELS", 7 * 40)
    assert np.array_equal(thinned(strengths), whole)
    assert 0 < np.count_nonzero(whole) < whole.size / 2


def test_nothing_stays_nothing() -> None:
    assert not thinned(np.zeros((5, 7), np.float32)).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (2, 2), (2, 9), (40, 3)])
def test_small_maps(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(0).random(shape).astype(np.float32)
    assert thinned(values).shape == shape
