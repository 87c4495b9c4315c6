"""PSNR and SSIM of luma: by hand, at the border, and beside the formula of the paper."""

import math

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from export.metrics.pictures import SSIM_SIDE, psnr_y, ssim_y
from tests.conftest import noise


def test_psnr_of_luma_by_hand() -> None:
    black = np.zeros((10, 10, 3), np.uint8)
    # White is 219 steps of studio luma above black: 10 log10(255^2 / 219^2).
    white = np.full_like(black, 255)
    assert psnr_y(white, black, border=0) == pytest.approx(20 * np.log10(255 / 219))
    green = np.zeros_like(black)
    green[..., 1] = 10
    assert psnr_y(green, black, 0) == pytest.approx(20 * np.log10(255 / (128.553 * 10 / 255)))


def test_equal_pictures() -> None:
    picture = noise(20, 20)
    assert psnr_y(picture, picture, 4) == math.inf
    assert ssim_y(picture, picture, 4) == 1


def test_the_border_is_left_out() -> None:
    expected = noise(30, 30)
    found = expected.astype(np.float64)
    found[4:26, 4:26] += 1
    before = psnr_y(expected, found, border=4), ssim_y(expected, found, border=4)
    found[:4] += 100
    assert (psnr_y(expected, found, border=4), ssim_y(expected, found, border=4)) == before
    assert before[0] == pytest.approx(20 * np.log10(255 / (219 / 255)))


def test_ssim_of_flat_pictures_by_hand() -> None:
    # Without variance only the first factor is left: luma 16 + 219 * level.
    dark, light = (np.full((SSIM_SIDE, SSIM_SIDE, 3), v, np.uint8) for v in (51, 204))
    a, b, c1 = 16 + 219 * 0.2, 16 + 219 * 0.8, (0.01 * 255) ** 2
    expected = (2 * a * b + c1) / (a**2 + b**2 + c1)
    assert ssim_y(dark, light, 0) == pytest.approx(expected)


def test_ssim_is_equation_13_where_the_window_fits() -> None:
    first, second = noise(24, 21, seed=1), noise(24, 21, seed=2)
    x, y = ((16 + p @ np.array([65.481, 128.553, 24.966]) / 255) for p in (first, second))

    def blurred(plane: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        mean: np.ndarray = gaussian_filter(plane, 1.5, radius=5)[5:-5, 5:-5]  # type: ignore[type-arg]
        return mean

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mx, my = blurred(x), blurred(y)
    vx, vy, cov = blurred(x * x) - mx**2, blurred(y * y) - my**2, blurred(x * y) - mx * my
    each = (2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    assert ssim_y(first, second, 0) == pytest.approx(each.mean())
