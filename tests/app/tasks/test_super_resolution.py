"""Super-resolution through the service: size, format, alpha, depth, profile and tiles."""

from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image, ImageCms

from app.imaging.decode import decode
from app.imaging.picture import Picture
from tests import tiny
from tests.conftest import Make, file, noise, png, serving

URL = "/v1/super-resolution"
RAW = {"content-type": "image/png"}


def upscaled(client: httpx.Client, data: bytes, **params: str) -> Picture:
    """Post a picture and decode the answer."""
    answer = client.post(URL, params=params, content=data, headers=RAW)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-model"] == "doubler@1"
    return decode(answer.content, max_pixels=10_000_000)


def twice(pixels: np.ndarray) -> np.ndarray:
    """Every pixel twice in both directions, which is what the tiny model does."""
    return pixels.repeat(2, axis=0).repeat(2, axis=1)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (30, 7)])
def test_every_size(client: httpx.Client, size: tuple[int, int]) -> None:
    pixels = noise(*size)
    assert np.array_equal(upscaled(client, file(Image.fromarray(pixels))).pixels, twice(pixels))


def test_tiles_equal_the_whole(make_app: Make) -> None:
    pixels = noise(50, 33)
    with serving(make_app(tile_pixels=256)) as client:
        got = upscaled(client, file(Image.fromarray(pixels))).pixels
    assert np.array_equal(got, twice(pixels))


@pytest.mark.parametrize(("halo", "tiles"), [(0, "exact"), (None, "approximate")])
def test_the_answer_says_whether_tiles_equal_the_whole(
    make_app: Make, folder: Path, halo: int | None, tiles: str
) -> None:
    tiny.doubler(folder, halo=halo)
    with serving(make_app(tile_pixels=1)) as client:
        whole, cut = (
            client.post(URL, content=png(size=(side, side)), headers=RAW) for side in (1, 161)
        )
    assert "x-tiles" not in whole.headers
    assert cut.headers["x-tiles"] == tiles


@pytest.mark.parametrize("format", ["png", "jpeg", "webp", "tiff"])
def test_the_uploads_own_format_or_the_one_asked_for(client: httpx.Client, format: str) -> None:
    data = file(Image.fromarray(noise(9, 9)), format)
    assert upscaled(client, data).format == format.upper()
    assert upscaled(client, png(), format=format).format == format.upper()
    answer = client.post(URL, content=png(), headers={**RAW, "accept": f"image/{format}"})
    assert answer.headers["content-type"] == f"image/{format}"


def test_a_format_that_is_not_written_becomes_png(client: httpx.Client) -> None:
    assert upscaled(client, file(Image.new("L", (3, 3)), "BMP")).format == "PNG"


def test_formats_that_contradict_each_other(client: httpx.Client) -> None:
    headers = {**RAW, "accept": "image/jpeg"}
    answer = client.post(URL, params={"format": "png"}, content=png(), headers=headers)
    assert answer.status_code == 406


def test_alpha_and_profile_are_kept(client: httpx.Client) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    rgba = noise(8, 6, 4)
    rgba[..., 3] = 128
    picture = upscaled(client, file(Image.fromarray(rgba), icc_profile=profile))
    assert picture.icc == profile
    assert picture.alpha is not None
    assert (picture.alpha == 128).all()
    assert np.array_equal(picture.pixels, twice(rgba[..., :3]))


def test_sixteen_bit_gray_stays_so(client: httpx.Client) -> None:
    deep = np.arange(20, dtype=np.uint16).reshape(4, 5) * 3001
    picture = upscaled(client, file(Image.fromarray(deep)))
    assert picture.gray
    assert np.array_equal(picture.pixels[..., 0], twice(deep))


def test_orientation_is_applied(client: httpx.Client) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = upscaled(client, file(Image.fromarray(noise(8, 4)), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (8, 16)


def test_an_answer_too_large_is_refused_before_work(make_app: Make) -> None:
    with serving(make_app(max_pixels_made=400)) as client:
        assert client.post(URL, content=png(size=(10, 10)), headers=RAW).status_code == 200
        answer = client.post(URL, content=png(size=(11, 10)), headers=RAW)
        assert answer.status_code == 413
        assert (answer.json()["limit"], answer.json()["pixels"]) == (400, 440)


def test_a_format_that_can_not_hold_the_answer(client: httpx.Client) -> None:
    wide = png(size=(8192, 1))
    answer = client.post(URL, params={"format": "webp"}, content=wide, headers=RAW)
    assert answer.status_code == 413
    data = file(Image.new("RGB", (8192, 1)), "WEBP")
    assert upscaled(client, data).format == "PNG"
