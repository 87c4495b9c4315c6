"""Fitting: the pixels that torchvision's resize and crop would give, without the detour."""

import numpy as np
import pytest
from PIL import Image

from app.card import Fit
from app.imaging.fit import at_most, fit, geometry, pad
from app.imaging.picture import Picture
from tests.conftest import noise


@pytest.mark.parametrize(("width", "height"), [(64, 48), (48, 64), (33, 100), (32, 32), (20, 9)])
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_resize_and_crop_in_one_step(width: int, height: int, interpolation: str) -> None:
    pixels = noise(width, height)
    scale = 32 / min(width, height)
    large = Image.fromarray(pixels).resize(
        (int(width * scale), int(height * scale)), Image.Resampling[interpolation.upper()]
    )
    left, top = round((large.width - 28) / 2), round((large.height - 28) / 2)
    wanted = np.asarray(large.crop((left, top, left + 28, top + 28)), np.int16)

    got = fit(Picture(pixels), Fit(resize=32, crop=28, interpolation=interpolation))
    assert np.abs(got - wanted).max() <= 1  # the order of two roundings


def test_a_picture_of_the_right_size_is_left_alone() -> None:
    pixels = noise(32, 32)
    assert np.array_equal(fit(Picture(pixels), Fit(resize=32, crop=32)), pixels)


def test_an_extreme_shape_costs_no_memory() -> None:
    thin = Picture(np.zeros((10_000, 1, 3), np.uint8))
    size, box = geometry(thin.width, thin.height, Fit(resize=256, crop=224))
    assert size == (224, 224)
    assert box[3] - box[1] < 1.0
    assert fit(thin, Fit(resize=256, crop=224)).shape == (224, 224, 3)


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (2, 3), (4001, 7)])
def test_any_size_fits(size: tuple[int, int]) -> None:
    picture = Picture(noise(*size))
    assert fit(picture, Fit(resize=32, crop=32)).shape == (32, 32, 3)
    assert fit(picture, Fit(size=(5, 9))).shape == (5, 9, 3)
    assert max(fit(picture, Fit(longest=40)).shape[:2]) == 40


def test_padding_repeats_the_border() -> None:
    pixels = noise(5, 3)
    padded = pad(pixels, 4)
    assert padded.shape == (4, 8, 3)
    assert np.array_equal(padded[:3, :5], pixels)
    assert np.array_equal(padded[3, :5], pixels[2])
    assert np.array_equal(padded[:3, 7], pixels[:, 4])
    assert pad(pixels, 1) is pixels


def test_only_what_is_too_long_is_made_smaller() -> None:
    assert at_most(100, 100, 40, None) is None
    assert at_most(100, 40, 101, None) == Fit(longest=100)
    assert at_most(100, 400, 300, Fit(size=(8, 8))) == Fit(size=(8, 8))
