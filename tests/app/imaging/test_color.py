"""Profiles: networks see sRGB, the picture keeps its own numbers."""

import numpy as np
import pytest
from PIL import Image, ImageCms

from app.card import Fit
from app.imaging.color import srgb
from app.imaging.decode import decode
from app.imaging.fit import fit
from tests.app.imaging import golden
from tests.conftest import file, noise

EXCHANGED = golden.exchanged()
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_colours_go_through_the_profile() -> None:
    pixels = noise(9, 7)
    assert np.abs(srgb(pixels, EXCHANGED).astype(int) - pixels[..., ::-1]).max() <= 1


@pytest.mark.parametrize("icc", [None, SRGB, b"no profile", b"\0" * 200, EXCHANGED[:300]])
def test_what_is_srgb_or_says_nothing_stays(icc: bytes | None) -> None:
    pixels = noise(9, 7)
    assert srgb(pixels, icc) is pixels


@pytest.mark.parametrize("how", [None, Fit(size=(7, 9)), Fit(longest=9), Fit(resize=7, crop=7)])
def test_networks_see_srgb_and_the_picture_keeps_its_own(how: Fit | None) -> None:
    pixels = noise(9, 7)
    picture = decode(file(Image.fromarray(pixels), icc_profile=EXCHANGED), max_pixels=100)
    assert picture.icc == EXCHANGED
    assert np.array_equal(picture.pixels, pixels)
    plain = decode(file(Image.fromarray(pixels)), max_pixels=100)
    seen, wanted = fit(picture, how), fit(plain, how)[..., ::-1]
    assert np.abs(seen.astype(int) - wanted).max() <= 1
    assert not np.array_equal(seen, fit(plain, how))


def test_sixteen_bits_of_a_profile() -> None:
    samples = golden.deep(3)
    data = golden.tiff(samples, photometric="rgb", iccprofile=EXCHANGED)
    picture = decode(data, max_pixels=100)
    assert picture.icc == EXCHANGED
    assert np.array_equal(picture.pixels, samples)
    assert np.abs(fit(picture, None).astype(int) - (samples >> 8)[..., ::-1]).max() <= 1
