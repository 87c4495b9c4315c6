"""Super-resolution through the service: size, format, alpha, depth, profile and tiles."""

from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from rasterio.transform import Affine

from app.imaging.decode import decode
from app.imaging.encode import encode
from app.imaging.geotiff import reference_of
from app.imaging.metadata import NONE, Metadata
from app.imaging.picture import Picture
from app.tasks import super_resolution
from app.tasks.super_resolution import TASK
from tests import tiny
from tests.app.imaging import golden
from tests.app.imaging.geo import UTM, geotiff
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


@pytest.mark.parametrize("format", ["png", "jpeg", "webp", "avif", "tiff"])
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


@pytest.mark.parametrize("format", ["png", "tiff"])
def test_sixteen_bit_colours_and_alpha_stay_so(client: httpx.Client, format: str) -> None:
    samples = golden.deep(4)
    samples[..., 3] = 40_000
    data = golden.png(samples, 16, golden.RGBA)
    picture = upscaled(client, data, format=format)
    assert picture.pixels.dtype == np.uint16
    assert np.abs(picture.pixels.astype(int) - twice(samples[..., :3])).max() <= 1
    assert picture.alpha is not None
    assert (picture.alpha == 40_000).all()


def test_what_the_file_says_of_itself(client: httpx.Client) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x8769] = "Densight", 6, {0xA002: 8, 0xA003: 4}
    data = file(Image.fromarray(noise(8, 4)), "JPEG", exif=exif, dpi=(100, 50))
    picture = upscaled(client, data, format="png")
    assert picture.metadata.dpi == pytest.approx((100, 200), abs=0.02)
    assert picture.metadata.exif is not None
    kept = Image.Exif()
    kept.load(picture.metadata.exif)
    assert kept[0x010F] == "Densight"
    assert dict(kept.get_ifd(0x8769)) == {0xA002: 8, 0xA003: 16}
    assert upscaled(client, data, metadata="strip").metadata == NONE


@pytest.mark.parametrize("format", ["png", "tiff"])
@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("metadata", ["keep", "strip"])
def test_a_large_answer_is_the_same_picture_as_a_small_one(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, format: str, deep: bool, metadata: str
) -> None:
    """What is written while it is made keeps all that is kept of what is in memory."""
    profile = golden.exchanged()
    data = described(golden.deep(4, 9, 7) if deep else noise(9, 7, 4), profile)
    params = {"format": format, "metadata": metadata}
    small = upscaled(client, data, **params)
    monkeypatch.setattr(super_resolution, "LARGE", 0)
    large = upscaled(client, data, **params)
    assert large.pixels.dtype == (np.uint16 if deep else np.uint8)
    assert np.array_equal(large.pixels, small.pixels)
    assert large.alpha is not None
    assert small.alpha is not None
    assert np.array_equal(large.alpha, small.alpha)
    assert large.icc == small.icc == profile
    assert large.metadata == small.metadata
    assert large.geo == small.geo
    if metadata == "strip":
        assert large.metadata == NONE
        assert large.geo is None
        return
    assert large.metadata.dpi == pytest.approx((200, 400), abs=0.02)
    assert large.metadata.exif is not None
    kept = Image.Exif()
    kept.load(large.metadata.exif)
    assert kept[0x010F] == "Densight"
    assert kept.get_ifd(0x8769) == {0xA002: 2 * 9, 0xA003: 2 * 7}
    assert kept.get_ifd(0x8825) == {1: "N"}
    assert large.metadata.xmp == b"<x:xmpmeta/>"
    if format == "tiff":
        assert large.geo is not None
        assert large.geo.authority == ("EPSG", "32633")
        assert large.geo.transform == pytest.approx(tuple((UTM @ Affine.scale(0.5))[:6]), rel=1e-15)


def described(samples: NDArray[Any], profile: bytes) -> bytes:
    """A GeoTIFF that says all that is kept of a file."""
    exif = Image.Exif()
    exif[0x010F], exif[0x8769], exif[0x8825] = "Densight", {0xA002: 9, 0xA003: 7}, {1: "N"}
    reference = reference_of(geotiff(noise(9, 7)))
    picture = Picture(
        samples[..., :3],
        alpha=samples[..., 3],
        icc=profile,
        metadata=Metadata((100.0, 200.0), exif.tobytes(), b"<x:xmpmeta/>"),
        geo=reference,
    )
    return encode(picture, "image/tiff")


def test_a_profile_is_kept_and_its_numbers_too(client: httpx.Client) -> None:
    pixels, profile = noise(8, 6), golden.exchanged()
    picture = upscaled(client, file(Image.fromarray(pixels), icc_profile=profile))
    assert picture.icc == profile
    assert np.array_equal(picture.pixels, twice(pixels))


def test_quality_and_loss(client: httpx.Client) -> None:
    data = file(Image.fromarray(noise(32, 32)))
    sizes = [
        len(client.post(URL, params=params, content=data, headers=RAW).content)
        for params in ({"format": "jpeg", "quality": "20"}, {"format": "jpeg"})
    ]
    assert sizes[0] < sizes[1]
    exact = upscaled(client, data, format="webp", lossless="true")
    assert np.array_equal(exact.pixels, twice(noise(32, 32)))
    for params in ({"quality": "0"}, {"quality": "101"}, {"metadata": "some"}, {"lossless": "x"}):
        answer = client.post(URL, params=params, content=data, headers=RAW)
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:densight:problem:bad-parameter"


def test_a_frame_and_none_that_is_there(client: httpx.Client) -> None:
    data = golden.animation("GIF", "red", "lime", "blue")
    assert (upscaled(client, data, frame="1").pixels == [0, 255, 0]).all()
    answer = client.post(URL, params={"frame": "3"}, content=data, headers=RAW)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:densight:problem:frame-not-found"
    assert (answer.json()["frame"], answer.json()["frames"]) == (3, 3)
    answer = client.post(URL, params={"frame": "-1"}, content=data, headers=RAW)
    assert answer.json()["type"] == "urn:densight:problem:bad-parameter"


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


def test_formats_that_are_written_from_memory_have_a_limit_of_their_own(make_app: Make) -> None:
    with serving(make_app(max_pixels=400)) as client:
        data = file(Image.new("RGB", (11, 10)), "JPEG")
        assert upscaled(client, data).format == "PNG"
        for format in ("jpeg", "webp"):
            answer = client.post(URL, params={"format": format}, content=data, headers=RAW)
            assert answer.status_code == 413
            assert (answer.json()["limit"], answer.json()["pixels"]) == (400, 440)
            assert f"as {format}" in answer.json()["detail"]
        data = file(Image.new("RGB", (10, 10)), "JPEG")
        assert upscaled(client, data).format == "JPEG"


@pytest.mark.parametrize("format", ["png", "tiff"])
def test_large_answers_are_those_of_small_ones(
    make_app: Make, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    """Alpha, gray, depth and profile are kept when strips are written as when a picture is."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    deep = Image.fromarray(np.arange(1200, dtype=np.uint16).reshape(30, 40) * 53)
    pictures = [
        file(Image.fromarray(noise(40, 30, 4)), icc_profile=profile),
        file(Image.fromarray(noise(40, 30)[..., 0])),
        file(deep),
    ]
    with serving(make_app(tile_pixels=400)) as client:
        small = [upscaled(client, data, format=format) for data in pictures]
        monkeypatch.setattr(super_resolution, "LARGE", 1)
        large = [upscaled(client, data, format=format) for data in pictures]
    for one, other in zip(small, large, strict=True):
        assert np.array_equal(one.pixels, other.pixels)
        assert one.pixels.dtype == other.pixels.dtype
        assert (one.icc, one.gray) == (other.icc, other.gray)
        assert (one.alpha is None) == (other.alpha is None)
        assert one.alpha is None or np.array_equal(one.alpha, other.alpha)
    assert small[0].alpha is not None
    assert small[2].pixels.dtype == np.uint16


def test_pixels_in_memory_at_once(make_app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an answer that is written meanwhile a band is counted, of others all of it."""
    picture = Picture(noise(100, 100))
    app = make_app(tile_pixels=400)
    with serving(app):
        model, bounds = app.state.service.registry.find("doubler"), app.state.service.bounds
        held = [TASK.held(picture, model, f"image/{name}", bounds) for name in ("png", "jpeg")]
        monkeypatch.setattr(super_resolution, "LARGE", 1)
        large = [TASK.held(picture, model, f"image/{name}", bounds) for name in ("png", "jpeg")]
    assert held == [40_000, 40_000]
    assert large[1] == 40_000
    assert 200 * 20 <= large[0] <= 200 * 40


def test_a_format_that_can_not_hold_the_answer(client: httpx.Client) -> None:
    wide = png(size=(8192, 1))
    answer = client.post(URL, params={"format": "webp"}, content=wide, headers=RAW)
    assert answer.status_code == 413
    data = file(Image.new("RGB", (8192, 1)), "WEBP")
    assert upscaled(client, data).format == "PNG"
