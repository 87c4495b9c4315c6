"""Semantic boundaries through the service: the strongest class, one class alone, numbers, tiles."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from app.card import Fit
from app.imaging.palette import palette
from tests import tiny
from tests.conftest import Make, file, noise, opened_at, serving

URL = "/v1/semantic-boundaries"
opened = partial(opened_at, URL)
RAW = {"content-type": "image/png"}
JSON = {**RAW, "accept": "application/json"}


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    """A client of models that take colours for strengths."""
    tiny.channels(folder)
    tiny.channels(folder, name="blended", halo=None)
    tiny.channels(folder, name="cropping", fit=Fit(resize=10, crop=10), halo=None)
    defaults = {"semantic-boundaries": "channels"}
    with serving(make_app(default_models=defaults, tile_pixels=400**2)) as client:
        yield client


def test_the_mask(client: httpx.Client) -> None:
    pixels = noise(31, 17)
    with opened(client, file(Image.fromarray(pixels)), threshold="0.6") as image:
        assert image.mode == "P"
        assert image.getpalette()[:6] == [0, 0, 0, *palette(None)[0]]
        got = np.asarray(image)
    strong = pixels.max(axis=-1) >= 0.6 * 255
    assert np.array_equal(got, np.where(strong, pixels.argmax(axis=-1) + 1, 0))
    assert set(np.unique(got)) == {0, 1, 2, 3}


@pytest.mark.parametrize("name", ["green", "1"])
def test_one_class(client: httpx.Client, name: str) -> None:
    pixels = noise(31, 17)
    with opened(client, file(Image.fromarray(pixels)), **{"class": name}) as image:
        assert image.mode == "L"
        assert np.abs(np.asarray(image).astype(int) - pixels[..., 1]).max() <= 1


@pytest.mark.parametrize("name", ["violet", "3", "-1"])
def test_a_class_that_there_is_not(client: httpx.Client, name: str) -> None:
    data = file(Image.new("RGB", (4, 3)))
    answer = client.post(URL, content=data, headers=RAW, params={"class": name})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:densight:problem:class-not-found"
    assert answer.json()["classes"] == ["red", "green", "blue"]


def test_the_overlay_leaves_the_rest_alone(client: httpx.Client) -> None:
    pixels = noise(9, 6, 4)
    with opened(client, file(Image.fromarray(pixels)), render="overlay", threshold="0.9") as image:
        got = np.asarray(image)
    strong = pixels[..., :3].max(axis=-1) >= 0.9 * 255
    assert np.array_equal(got[~strong], pixels[~strong])
    colors = np.array(palette(None), np.uint8)[pixels[..., :3].argmax(axis=-1)]
    assert np.array_equal(got[strong][:, :3], colors[strong])


def test_numbers(client: httpx.Client) -> None:
    pixels = noise(31, 17)
    answer = client.post(URL, content=file(Image.fromarray(pixels)), headers=JSON).json()
    assert [one["label"] for one in answer["classes"]] == ["red", "green", "blue"]
    for one in answer["classes"]:
        mine = (pixels.argmax(axis=-1) == one["index"]) & (pixels.max(axis=-1) >= 102)
        assert one["pixels"] == np.count_nonzero(mine)
        assert one["strength"] == pytest.approx(pixels.max(axis=-1)[mine].mean() / 255, abs=1e-5)


def test_numbers_of_one_class(client: httpx.Client) -> None:
    pixels = noise(31, 17)
    data = file(Image.fromarray(pixels))
    (one,) = client.post(URL, content=data, headers=JSON, params={"class": "blue"}).json()[
        "classes"
    ]
    assert (one["index"], one["pixels"]) == (2, np.count_nonzero(pixels[..., 2] >= 102))


def test_nothing(client: httpx.Client) -> None:
    answer = client.post(URL, content=file(Image.new("RGB", (4, 3))), headers=JSON)
    assert answer.json()["classes"] == []


@pytest.mark.parametrize("model", ["channels", "blended"])
def test_tiles(client: httpx.Client, model: str) -> None:
    pixels = np.asarray(Image.fromarray(noise(90, 70)).resize((1000, 820)))
    data = file(Image.fromarray(pixels))
    with opened(client, data, model=model, threshold="0") as image:
        got = np.asarray(image)
    assert (got == pixels.argmax(axis=-1) + 1).mean() > 0.99
    answer = client.post(URL, content=data, headers=JSON, params={"model": model}).json()
    assert answer["exact"] is (model == "channels")


def test_there_is_none_in_what_is_cropped_away(client: httpx.Client) -> None:
    with opened(client, file(Image.new("RGB", (50, 20), "white")), model="cropping") as image:
        got = np.asarray(image)
    assert not got[:, :16].any()
    assert got[:, 16:36].all()
