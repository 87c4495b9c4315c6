"""JPEGs decoded smaller: only where the network sees less still, and the same part of them."""

import io

import numpy as np
import pytest
from PIL import Image

from app.card import Fit
from app.errors import PictureTooLarge
from app.imaging.decode import decode
from app.imaging.draft import shrinking
from app.imaging.fit import fit
from app.imaging.picture import Picture
from tests.conftest import file

CROP = Fit(resize=32, crop=24)


def photo(width: int, height: int, *, orientation: int = 1, format: str = "JPEG") -> bytes:
    """A smooth picture of which every corner has another colour."""
    corners = np.array([[[230, 30, 30], [30, 230, 30]], [[30, 30, 230], [220, 220, 30]]], np.uint8)
    image = Image.fromarray(corners).resize((width, height), Image.Resampling.BILINEAR)
    exif = Image.Exif()
    exif[0x0112] = orientation
    return file(image, format, exif=exif, quality=95)


def read(data: bytes, how: Fit | None) -> Picture:
    return decode(data, max_pixels=10**7, seen_by=how)


@pytest.mark.parametrize(
    ("width", "height", "how", "reduction"),
    [
        (511, 511, CROP, 1),
        (512, 512, CROP, 2),
        (1023, 1023, CROP, 2),
        (1024, 1024, CROP, 4),
        (2048, 2048, CROP, 8),
        (2048, 600, CROP, 2),  # the shorter side decides
        (1000, 800, Fit(size=(200, 200)), 2),
        (1000, 799, Fit(size=(200, 200)), 1),
        (1200, 1000, Fit(longest=300), 2),
        (600, 600, None, 1),
    ],
)
def test_how_far(width: int, height: int, how: Fit | None, reduction: int) -> None:
    picture = read(photo(width, height), how)
    assert picture.reduction == reduction
    assert picture.pixels.shape[:2] == (-(-height // reduction), -(-width // reduction))
    assert (picture.width, picture.height) == (width, height)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
def test_other_formats_are_decoded_whole(format: str) -> None:
    picture = read(photo(1024, 1280, format=format, orientation=6), CROP)
    assert picture.reduction == 1
    assert (picture.width, picture.height) == (1280, 1024)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(1200, 1040), (1203, 1045)])
def test_the_network_sees_the_same(size: tuple[int, int], orientation: int) -> None:
    data = photo(*size, orientation=orientation)
    small, whole = read(data, CROP), read(data, None)
    assert (small.width, small.height) == (whole.width, whole.height)
    apart = np.abs(fit(small, CROP).astype(int) - fit(whole, CROP))
    assert apart.max() <= 2
    divisible = size == (1200, 1040)
    assert small.reduction == (4 if orientation == 1 or divisible else 1)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_other_colours_than_rgb(mode: str) -> None:
    with Image.open(io.BytesIO(photo(1024, 1024))) as image:
        data = file(image.convert(mode), "JPEG", quality=95)
    small, whole = read(data, CROP), read(data, None)
    assert small.reduction == 4
    assert np.abs(fit(small, CROP).astype(int) - fit(whole, CROP)).max() <= 2


def test_shrinking_is_measured_where_it_is_least() -> None:
    assert shrinking(100, 50, Fit(size=(10, 10))) == 5
    assert shrinking(100, 50, Fit(longest=10)) == 10
    assert shrinking(100, 50, Fit(resize=10, crop=10)) == 5


def test_what_is_admitted_is_what_will_be_in_memory() -> None:
    admitted: list[int] = []
    decode(photo(1024, 1024), max_pixels=10**7, seen_by=CROP, admit=admitted.append)
    decode(photo(1024, 1024), max_pixels=10**7, admit=admitted.append)
    assert admitted == [256 * 256, 1024 * 1024]


def test_nobody_is_asked_to_admit_what_is_too_large() -> None:
    admitted: list[int] = []
    with pytest.raises(PictureTooLarge):
        decode(photo(1024, 1024), max_pixels=100, admit=admitted.append)
    assert not admitted
