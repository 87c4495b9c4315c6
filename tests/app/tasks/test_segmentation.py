"""Segmentation through the service: masks, shares, shapes, tiles and sizes."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco

from app.card import Fit
from app.imaging.palette import palette
from tests import tiny
from tests.app.imaging import golden
from tests.app.imaging.test_shapes import filled
from tests.conftest import Make, file, noise, opened_at, png, serving

URL = "/v1/segmentation"
opened = partial(opened_at, URL)
RAW = {"content-type": "image/png"}
JSON = {**RAW, "accept": "application/json"}


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    """A client of models that answer each pixel's strongest colour, in several ways."""
    tiny.strongest(folder)
    tiny.strongest(folder, name="painted", palette=((9, 8, 7), (6, 5, 4)), labels=("red",))
    tiny.strongest(folder, name="blurred", blur=5)
    tiny.strongest(folder, name="coarse", blur=3, stride=4, multiple=8)
    tiny.strongest(folder, name="longest", stride=2, fit=Fit(longest=32), multiple=16)
    tiny.strongest(folder, name="cropping", fit=Fit(resize=10, crop=10))
    with serving(make_app(default_models={"segmentation": "strongest"})) as client:
        yield client


def values(client: httpx.Client, pixels: NDArray[np.uint8], **params: str) -> NDArray[np.uint8]:
    """The pixel values of a mask."""
    with opened(client, file(Image.fromarray(pixels)), **params) as image:
        assert image.mode == "P"
        return np.asarray(image)


def blots(width: int, height: int, seed: int = 0) -> NDArray[np.uint8]:
    """Random colours in blots of some pixels, as networks see the world."""
    small = Image.fromarray(noise(max(1, width // 6), max(1, height // 6), seed=seed))
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))


def test_the_mask(client: httpx.Client) -> None:
    pixels = noise(31, 17)
    with opened(client, file(Image.fromarray(pixels))) as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image), pixels.argmax(axis=-1))
        assert image.getpalette()[:9] == [*palette(None)[0], *palette(None)[1], *palette(None)[2]]


def test_headers(client: httpx.Client) -> None:
    answer = client.post(URL, content=png(), headers={**RAW, "x-request-id": "mine"})
    assert answer.headers["x-model"] == "strongest@1"
    assert answer.headers["x-request-id"] == "mine"
    for stage in ("decode", "queue", "infer", "encode"):
        assert f"{stage};dur=" in answer.headers["server-timing"]


def test_a_card_s_own_palette_and_what_it_lacks(client: httpx.Client) -> None:
    pixels = np.eye(3, dtype=np.uint8)[np.newaxis] * 200  # a red, a green and a blue pixel
    data = file(Image.fromarray(pixels))
    with opened(client, data, model="painted") as image:
        shown = np.asarray(image.convert("RGB"))[0].tolist()
    assert shown == [[9, 8, 7], [6, 5, 4], list(palette(None)[2])]
    classes = client.post(URL, params={"model": "painted"}, content=data, headers=JSON).json()
    assert [share["label"] for share in classes["classes"]] == ["red", "1", "2"]
    assert classes["classes"][0]["color"] == "#090807"


@pytest.mark.parametrize("model", ["strongest", "coarse"])
def test_networks_see_srgb(client: httpx.Client, make_app: Make, folder: Path, model: str) -> None:
    pixels, profile = blots(50, 40), golden.exchanged()
    plain = values(client, pixels[..., ::-1], model=model)
    data = file(Image.fromarray(pixels), icc_profile=profile)
    with serving(make_app(tile_pixels=1024, data=folder.parent / "other")) as cutting:
        for asked in (client, cutting):
            with opened(asked, data, model=model) as image:
                seen = np.asarray(image)
            # A level more or less decides where two are equal.
            assert (seen == plain).mean() > 0.98


def test_what_the_file_says_of_itself(client: httpx.Client) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Densight"
    data = file(Image.fromarray(noise(9, 6)), exif=exif, dpi=(300, 300))
    for render, kept in (("mask", None), ("overlay", "Densight")):
        with opened(client, data, render=render) as image:
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)
            assert image.getexif().get(0x010F) == kept
        with opened(client, data, render=render, metadata="strip") as image:
            assert "dpi" not in image.info
            assert not image.getexif()


def test_the_overlay(client: httpx.Client) -> None:
    pixels = noise(9, 6, 4)
    with opened(client, file(Image.fromarray(pixels)), render="overlay") as image:
        assert image.mode == "RGBA"
        got = np.asarray(image)
    colors = np.array(palette(None))[pixels[..., :3].argmax(axis=-1)]
    assert np.abs(got[..., :3] - (pixels[..., :3] / 2 + colors / 2)).max() <= 0.5
    assert np.array_equal(got[..., 3], pixels[..., 3])


def test_the_numbers(client: httpx.Client) -> None:
    pixels = np.zeros((10, 20, 3), np.uint8)
    pixels[..., 0] = 10
    pixels[2:5, 3:7, 2] = 99
    answer = client.post(URL, content=file(Image.fromarray(pixels)), headers=JSON)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "model": "strongest@1",
        "width": 20,
        "height": 10,
        "classes": [
            {"index": 0, "label": "red", "pixels": 188, "fraction": 0.94, "color": "#e69f00"},
            {"index": 2, "label": "blue", "pixels": 12, "fraction": 0.06, "color": "#009e73"},
        ],
    }


def test_run_lengths(client: httpx.Client) -> None:
    pixels = blots(40, 25)
    document = client.post(
        URL, params={"shapes": "rle"}, content=file(Image.fromarray(pixels)), headers=RAW
    ).json()
    assert [shape["label"] for shape in document["shapes"]] == ["red", "green", "blue"]
    for shape in document["shapes"]:
        mask = pixels.argmax(axis=-1) == shape["index"]
        assert "polygons" not in shape
        wanted = coco.encode(np.asfortranarray(mask, np.uint8))
        assert shape["rle"] == {"size": [25, 40], "counts": wanted["counts"].decode()}
        assert coco.area(shape["rle"]) == mask.sum()  # pycocotools takes it as it is


def test_polygons(client: httpx.Client) -> None:
    pixels = blots(40, 25, seed=3)
    document = client.post(
        URL, params={"shapes": "polygons"}, content=file(Image.fromarray(pixels)), headers=RAW
    ).json()
    assert [shape["index"] for shape in document["shapes"]] == [0, 1, 2]
    for shape in document["shapes"]:
        assert "rle" not in shape
        rings = [[np.array(ring) for ring in polygon] for polygon in shape["polygons"]]
        assert np.array_equal(filled(rings, 25, 40), pixels.argmax(axis=-1) == shape["index"])


def test_negotiation(client: httpx.Client) -> None:
    def ask(accept: str, **params: str) -> httpx.Response:
        return client.post(URL, params=params, content=png(), headers={**RAW, "accept": accept})

    assert ask("*/*").headers["content-type"] == "image/png"
    assert ask("*/*", shapes="rle").headers["content-type"] == "application/json"
    assert ask("application/json", render="overlay").json() == ask("application/json").json()
    assert "shapes" not in ask("application/json").json()
    refused = ask("image/png", shapes="polygons")
    assert refused.status_code == 406
    assert refused.json()["available"] == ["application/json"]
    assert ask("*/*", shapes="circles").status_code == 422


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (33, 20)])
def test_every_size(client: httpx.Client, size: tuple[int, int]) -> None:
    for model, render in product(
        ("strongest", "coarse", "longest", "cropping"), ("mask", "overlay")
    ):
        with opened(client, png(size=size), render=render, model=model) as image:
            assert image.size == size, (model, render)


def test_one_pixel_as_a_polygon(client: httpx.Client) -> None:
    answer = client.post(URL, params={"shapes": "polygons"}, content=png(size=(1, 1)), headers=RAW)
    (shape,) = answer.json()["shapes"]
    assert shape["polygons"] == [[[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]]


def test_orientation_is_applied(client: httpx.Client) -> None:
    pixels = np.zeros((4, 8, 3), np.uint8)
    pixels[:, 4:, 1] = 255  # right half; turned by a quarter to the right it is the lower one
    exif = Image.Exif()
    exif[0x0112] = 6
    with opened(client, file(Image.fromarray(pixels), exif=exif)) as image:
        assert np.asarray(image).tolist() == [[0] * 4] * 4 + [[1] * 4] * 4


def test_sixteen_bit_gray(client: httpx.Client) -> None:
    deep = file(Image.fromarray(np.arange(12, dtype=np.uint16).reshape(3, 4) * 5001))
    with opened(client, deep) as image:
        assert (np.asarray(image) == 0).all()  # of equal channels the first
    with opened(client, deep, render="overlay") as image:
        assert (image.mode, image.size) == ("RGB", (4, 3))


@pytest.mark.parametrize("model", ["blurred", "coarse"])
def test_tiles_equal_the_whole(
    client: httpx.Client, make_app: Make, folder: Path, model: str
) -> None:
    pixels = blots(131, 77)
    whole = values(client, pixels, model=model)
    assert len(np.unique(whole)) == 3
    with serving(make_app(tile_pixels=1600, data=folder.parent / "other")) as cutting:
        assert np.array_equal(values(cutting, pixels, model=model), whole)
        answer = cutting.post(
            URL, params={"model": model}, content=file(Image.fromarray(pixels)), headers=JSON
        )
    assert answer.headers["x-tiles"] == "exact"
    assert answer.json()["exact"] is True


def test_the_numbers_say_that_tiles_are_approximate(make_app: Make, folder: Path) -> None:
    tiny.strongest(folder, halo=None)
    with serving(make_app(tile_pixels=1)) as client:
        answer = client.post(URL, content=png(size=(801, 801)), headers=JSON)
        assert answer.headers["x-tiles"] == "approximate"
        assert answer.json()["exact"] is False
        whole = client.post(URL, content=png(size=(9, 3)), headers=JSON)
        assert "exact" not in whole.json()


def test_blur_looks_at_neighbours(client: httpx.Client) -> None:
    """Else the test of the tiles would say nothing about the halo."""
    pixels = blots(131, 77)
    assert not np.array_equal(values(client, pixels, model="blurred"), pixels.argmax(axis=-1))


@pytest.mark.parametrize("size", [(64, 40), (40, 64)])
def test_a_fitted_answer_is_where_the_picture_is(
    client: httpx.Client, size: tuple[int, int]
) -> None:
    """Padding that was not cut away again would move the border between the two colours."""
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = 200
    pixels[height // 2 :, width // 2 :] = (0, 200, 0)
    got = values(client, pixels, model="longest")
    wrong = got != pixels.argmax(axis=-1)
    assert wrong.mean() < 0.06
    far = (np.abs(np.arange(height) + 0.5 - height / 2)[:, np.newaxis] > 4) & (
        np.abs(np.arange(width) + 0.5 - width / 2) > 4
    )
    assert not wrong[far].any()


def test_what_was_cropped_is_void(client: httpx.Client) -> None:
    data = png((0, 0, 250), (40, 10))
    with opened(client, data, model="cropping") as image:
        assert (np.asarray(image)[:, 15:25] == 2).all()
        assert np.count_nonzero(np.asarray(image) == 255) == 300
    document = client.post(URL, params={"model": "cropping"}, content=data, headers=JSON).json()
    assert document["classes"][1] == {
        "index": 255, "label": "void", "pixels": 300, "fraction": 0.75, "color": "#000000",
    }  # fmt: skip
