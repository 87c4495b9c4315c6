"""Edges through the service: the map, thin and thick, its lines, tiles and sizes."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from app.card import Fit
from app.imaging.render import heat_colors
from app.imaging.thinning import thinned
from app.tasks import edges
from tests import tiny
from tests.conftest import Make, file, noise, opened_at, serving

URL = "/v1/edges"
opened = partial(opened_at, URL)
RAW = {"content-type": "image/png"}
JSON = {**RAW, "accept": "application/json"}


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    """A client of models that take light for edges."""
    tiny.light(folder, output="edges", name="light", halo=0)
    tiny.light(folder, output="edges", name="blended", halo=None)
    tiny.light(folder, output="edges", name="longest", stride=2, fit=Fit(longest=32), multiple=16)
    tiny.light(folder, output="edges", name="cropping", fit=Fit(resize=10, crop=10))
    with serving(make_app(default_models={"edges": "light"}, tile_pixels=400 * 400)) as client:
        yield client


def square(blur: float = 2) -> NDArray[np.uint8]:
    """The soft outline of a square, bright on black."""
    image = Image.new("L", (80, 60))
    ImageDraw.Draw(image).rectangle((20, 15, 60, 45), outline=255, width=3)
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(blur)))
    return np.repeat(soft[..., np.newaxis], 3, axis=-1)


def test_the_map(client: httpx.Client) -> None:
    pixels = noise(31, 17)
    with opened(client, file(Image.fromarray(pixels))) as image:
        assert image.mode == "L"
        assert np.abs(np.asarray(image) - pixels.mean(axis=-1)).max() <= 0.51


def test_thin_and_strong_enough(client: httpx.Client) -> None:
    pixels = square()
    with opened(client, file(Image.fromarray(pixels)), thin="true", threshold="0.3") as image:
        got = np.asarray(image)
    expected = thinned(pixels[..., 0].astype(np.float32) / 255)
    expected[expected < 0.3] = 0
    assert np.array_equal(got, np.rint(expected * 255))
    assert 100 < np.count_nonzero(got) < np.count_nonzero(pixels[..., 0]) / 3


def test_the_overlay(client: httpx.Client) -> None:
    pixels = noise(9, 6, 4)
    with opened(client, file(Image.fromarray(pixels)), render="overlay") as image:
        got = np.asarray(image)
    colors = heat_colors((pixels[..., :3].mean(axis=-1) / 255).astype(np.float32))
    assert np.abs(got[..., :3] - (pixels[..., :3] / 2 + colors / 2)).max() < 4
    assert np.array_equal(got[..., 3], pixels[..., 3])


def test_lines(client: httpx.Client) -> None:
    pixels = square()
    answer = client.post(URL, content=file(Image.fromarray(pixels)), headers=JSON,
                         params={"threshold": "0.3"}).json()  # fmt: skip
    assert (answer["width"], answer["height"], answer["model"]) == (80, 60, "light@1")
    drawn = Image.new("L", (80, 60))
    for line in answer["lines"]:
        assert 0.3 <= line["strength"] <= 1
        ImageDraw.Draw(drawn).line([tuple(point) for point in line["points"]], 255)
    on = np.argwhere(np.asarray(drawn))
    # The line that was drawn runs through 21..22 and so on, three wide.
    frame = np.zeros((60, 80), bool)
    frame[14:48, 19:63] = True
    frame[19:43, 24:58] = False
    assert frame[tuple(on.T)].all()
    assert len(on) > 120
    assert answer["coverage"] == pytest.approx(len(on) / 4800, rel=0.2)


def test_more_lines_than_are_told(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edges, "MOST", 50)
    data = file(Image.fromarray(square()))
    answer = client.post(URL, content=data, headers=JSON, params={"threshold": "0.3"})
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:densight:problem:picture-too-large"
    assert answer.json()["limit"] == 50 < answer.json()["pixels"]
    assert client.post(URL, content=data, headers=RAW).status_code == 200


def test_nothing_to_see(client: httpx.Client) -> None:
    black = file(Image.new("RGB", (20, 10)))
    answer = client.post(URL, content=black, headers=JSON, params={"threshold": "0"}).json()
    assert answer["lines"] == []
    assert answer["coverage"] == 0


@pytest.mark.parametrize("model", ["light", "blended"])
def test_tiles(client: httpx.Client, model: str) -> None:
    pixels = np.asarray(Image.fromarray(noise(90, 70)).resize((1000, 820)))
    data = file(Image.fromarray(pixels))
    with opened(client, data, model=model) as image:
        assert np.abs(np.asarray(image) - pixels.mean(axis=-1)).max() <= 0.52
    few = {"model": model, "threshold": "1"}
    assert client.post(URL, content=data, headers=JSON, params=few).json()["exact"] is (
        model == "light"
    )


def test_sizes_and_what_is_cropped_away(client: httpx.Client) -> None:
    white = file(Image.new("RGB", (50, 20), "white"))
    with opened(client, white, model="longest") as image:
        assert image.size == (50, 20)
        assert np.asarray(image).min() == 255
    with opened(client, white, model="cropping") as image:
        got = np.asarray(image)
    assert not got[:, :16].any()
    assert not got[:, 36:].any()
    assert (got[:, 16:36] == 255).all()


def test_a_format(client: httpx.Client) -> None:
    answer = client.post(URL, content=file(Image.new("RGB", (5, 4))), headers=RAW,
                         params={"format": "tiff"})  # fmt: skip
    assert answer.headers["content-type"] == "image/tiff"
    assert Image.open(io.BytesIO(answer.content)).size == (5, 4)


@pytest.mark.parametrize("query", [{"threshold": "2"}, {"thin": "perhaps"}, {"render": "mask"}])
def test_a_wrong_option(client: httpx.Client, query: dict[str, str]) -> None:
    answer = client.post(URL, content=file(Image.new("RGB", (5, 4))), headers=RAW, params=query)
    assert answer.status_code == 422
    assert [one["parameter"] for one in answer.json()["parameters"]] == [*query]
