"""Saliency through the service: its three pictures, its numbers, and where it puts them."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from app.card import Fit
from app.imaging.render import heat_colors
from app.tasks import saliency
from tests import tiny
from tests.conftest import Make, file, noise, opened_at, png, serving

URL = "/v1/saliency"
opened = partial(opened_at, URL)
RAW = {"content-type": "image/png"}
JSON = {**RAW, "accept": "application/json"}


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    """A client of models that answer how light a pixel is, at sizes of several kinds."""
    tiny.light(folder)
    tiny.light(folder, name="coarse", stride=4, multiple=8)
    tiny.light(folder, name="longest", stride=2, fit=Fit(longest=32), multiple=16)
    tiny.light(folder, name="cropping", fit=Fit(resize=10, crop=10))
    with serving(make_app(default_models={"saliency": "light"})) as client:
        yield client


def lightness(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What the tiny model answers, 0 to 255."""
    return pixels[..., :3].mean(axis=-1)


def test_the_map(client: httpx.Client) -> None:
    pixels = noise(31, 17)
    with opened(client, file(Image.fromarray(pixels))) as image:
        assert image.mode == "L"
        assert np.abs(np.asarray(image) - lightness(pixels)).max() <= 0.51


def test_headers(client: httpx.Client) -> None:
    answer = client.post(URL, content=png(), headers={**RAW, "x-request-id": "mine"})
    assert answer.headers["x-model"] == "light@1"
    assert answer.headers["x-request-id"] == "mine"
    for stage in ("decode", "queue", "infer", "encode"):
        assert f"{stage};dur=" in answer.headers["server-timing"]


def test_the_overlay(client: httpx.Client) -> None:
    pixels = noise(9, 6, 4)
    with opened(client, file(Image.fromarray(pixels)), render="overlay") as image:
        assert image.mode == "RGBA"
        got = np.asarray(image)
    colors = heat_colors((lightness(pixels) / 255).astype(np.float32))
    # One level of the map more or less moves the colour by a few.
    assert np.abs(got[..., :3] - (pixels[..., :3] / 2 + colors / 2)).max() < 4
    assert np.array_equal(got[..., 3], pixels[..., 3])


def test_the_cutout_keeps_what_is_salient(client: httpx.Client) -> None:
    pixels = noise(9, 6)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = file(Image.fromarray(pixels), icc_profile=profile)
    with opened(client, data, render="cutout") as image:
        assert image.info["icc_profile"] == profile
        got = np.asarray(image)
    assert np.array_equal(got[..., :3], pixels)
    assert np.abs(got[..., 3] - lightness(pixels)).max() <= 0.51


def test_the_cutout_of_a_picture_with_alpha(client: httpx.Client) -> None:
    pixels = noise(9, 6, 4)
    with opened(client, file(Image.fromarray(pixels)), render="cutout") as image:
        alpha = np.asarray(image.getchannel("A"))
    assert np.abs(alpha - lightness(pixels) * pixels[..., 3] / 255).max() <= 0.51
    assert not np.array_equal(alpha, pixels[..., 3])


@pytest.mark.parametrize(("render", "kept"), [("map", False), ("overlay", True), ("cutout", True)])
def test_what_the_file_says_of_itself(client: httpx.Client, render: str, kept: bool) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Densight"
    data = file(Image.fromarray(noise(9, 6)), exif=exif, dpi=(300, 300))
    with opened(client, data, render=render) as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)
        assert image.getexif().get(0x010F) == ("Densight" if kept else None)
    with opened(client, data, render=render, metadata="strip") as image:
        assert "dpi" not in image.info
        assert not image.getexif()


@pytest.mark.parametrize(("render", "mode"), [("map", "L"), ("overlay", "RGB"), ("cutout", "LA")])
def test_sixteen_bit_gray(client: httpx.Client, render: str, mode: str) -> None:
    deep = np.arange(12, dtype=np.uint16).reshape(3, 4) * 5001
    with opened(client, file(Image.fromarray(deep)), render=render) as image:
        assert (image.mode, image.size) == (mode, (4, 3))
        last = np.asarray(image)[..., -1] if mode == "LA" else np.asarray(image.convert("L"))
    if mode != "RGB":
        assert np.abs(last - (deep >> 8)).max() <= 1


def test_the_numbers(client: httpx.Client) -> None:
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[4:9, 10:14] = 102  # just half of the peak
    pixels[7, 20] = 204
    pixels[0, 0] = 100  # less than half
    answer = client.post(URL, content=file(Image.fromarray(pixels)), headers=JSON)
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert document["peak"].pop("score") == pytest.approx(0.8)
    assert document == {
        "model": "light@1",
        "peak": {"x": 20, "y": 7},
        "box": [10, 4, 21, 9],
        "coverage": 21 / 600,
    }


def test_nothing_salient(client: httpx.Client) -> None:
    document = client.post(URL, content=png((0, 0, 0)), headers=JSON).json()
    assert document["peak"] == {"x": 0, "y": 0, "score": 0}
    assert document["box"] == [0, 0, 0, 0]
    assert document["coverage"] == 0


def test_all_of_it_salient(client: httpx.Client) -> None:
    document = client.post(URL, content=png((9, 9, 9), (12, 9)), headers=JSON).json()
    assert document["box"] == [0, 0, 12, 9]
    assert document["coverage"] == 1


def test_for_json_no_picture_is_drawn(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = client.post(URL, content=png(), headers=JSON)
    monkeypatch.setattr(saliency.Result, "drawn", None)
    answer = client.post(URL, params={"render": "overlay"}, content=png(), headers=JSON)
    assert answer.json() == plain.json()


def test_negotiation(client: httpx.Client) -> None:
    for accept, given in (
        ("*/*", "image/png"),
        ("image/*", "image/png"),
        ("application/json;q=0.5, image/png;q=0.4", "application/json"),
    ):
        answer = client.post(URL, content=png(), headers={**RAW, "accept": accept})
        assert answer.headers["content-type"] == given
    answer = client.post(URL, content=png(), headers={**RAW, "accept": "image/jpeg"})
    assert answer.status_code == 406
    assert answer.json()["available"] == ["image/png", "image/tiff", "application/json"]
    answer = client.post(URL, params={"render": "fog"}, content=png(), headers=RAW)
    assert answer.status_code == 422


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (33, 20)])
def test_every_size(client: httpx.Client, size: tuple[int, int]) -> None:
    for model, render in product(
        ("light", "coarse", "longest", "cropping"), ("map", "overlay", "cutout")
    ):
        with opened(client, png(size=size), render=render, model=model) as image:
            assert image.size == size, (model, render)


@pytest.mark.parametrize("render", ["map", "overlay", "cutout"])
def test_orientation_is_applied(client: httpx.Client, render: str) -> None:
    pixels = np.zeros((8, 16, 3), np.uint8)
    pixels[:, :8] = 255  # left half; turned by a quarter to the right it is the upper one
    exif = Image.Exif()
    exif[0x0112] = 6
    data = file(Image.fromarray(pixels), exif=exif)
    with opened(client, data, render=render) as image:
        assert image.size == (8, 16)
        light = np.asarray(image)[..., -1] if render == "cutout" else np.asarray(image.convert("L"))
    assert light[:7].min() > light[9:].max() + 100
    document = client.post(URL, content=data, headers=JSON).json()
    assert document["box"] == [0, 0, 8, 8]


@pytest.mark.parametrize("model", ["coarse", "longest"])
@pytest.mark.parametrize("size", [(64, 40), (40, 64)])
def test_a_light_spot_is_found_where_it_is(
    client: httpx.Client, model: str, size: tuple[int, int]
) -> None:
    """Padding that was not cut away again would pull it to the upper left."""
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[height - 12 : height - 4, width - 12 : width - 4] = 255
    answer = client.post(
        URL, params={"model": model}, content=file(Image.fromarray(pixels)), headers=JSON
    )
    left, top, right, bottom = answer.json()["box"]
    assert abs((left + right) / 2 - (width - 8)) <= 2.5
    assert abs((top + bottom) / 2 - (height - 8)) <= 2.5


def test_padding_does_not_bleed_in(client: httpx.Client) -> None:
    """The light border is repeated into the padding; the dark rest stays as dark as it is."""
    pixels = np.zeros((17, 32, 3), np.uint8)
    pixels[16] = 255
    with opened(client, file(Image.fromarray(pixels)), model="longest") as image:
        assert np.asarray(image)[:13].max() == 0


def test_what_was_cropped_is_not_salient(client: httpx.Client) -> None:
    with opened(client, png((255, 255, 255), (40, 10)), model="cropping") as image:
        values = np.asarray(image)
    assert (values[:, 15:25] == 255).all()
    assert np.count_nonzero(values) == 100


def test_the_line_for_a_terminal(client: httpx.Client) -> None:
    values = np.zeros((4, 5), np.float32)
    values[2, 3] = 0.75
    result = saliency.Result(values, None, "map", "light@1")  # type: ignore[arg-type]
    assert saliency.TASK.text(result) == "peak 0.75 at 3,2; 5.0% of the picture within 3,2 to 4,3"
