"""Styles through the service: which, how strongly, and that all else of the picture stays."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from app.errors import InvalidModel
from app.runtime.model import Model
from app.tasks import style
from tests import tiny
from tests.conftest import Make, file, noise, opened_at, png, serving

URL = "/v1/style"
opened = partial(opened_at, URL)
RAW = {"content-type": "image/png"}


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    """A client of a model with three styles, the first an inversion, and of one with one style."""
    tiny.painter(folder, styles=3)
    tiny.painter(folder, styles=1, name="inverter", labels=None)
    tiny.painter(folder, styles=1, name="padding", labels=("negative",), multiple=8)
    with serving(make_app(default_models={"style": "painter"})) as client:
        yield client


def test_the_first_style(client: httpx.Client) -> None:
    pixels = noise(17, 9)
    for name in ("painter", "inverter", "padding"):
        with opened(client, file(Image.fromarray(pixels)), model=name) as image:
            np.testing.assert_array_equal(np.asarray(image), 255 - pixels)


def test_another_style_and_its_strength(client: httpx.Client) -> None:
    with opened(client, png((10, 20, 250)), style="style-2") as image:
        assert image.getcolors() == [(12 * 9, (170, 170, 170))]
    with opened(client, png((10, 20, 250)), style="style-2", strength="0.5") as image:
        assert image.getcolors() == [(12 * 9, (90, 95, 210))]
    with opened(client, png((10, 20, 250)), strength="0") as image:
        assert image.getcolors() == [(12 * 9, (10, 20, 250))]


def test_a_style_that_nobody_paints(client: httpx.Client) -> None:
    answer = client.post(URL, content=png(), headers=RAW, params={"style": "cubism"})
    problem = answer.json()
    assert answer.status_code == 422
    assert problem["type"].endswith("style-not-found")
    assert problem["styles"] == ["style-0", "style-1", "style-2"]
    answer = client.post(URL, content=png(), headers=RAW, params={"strength": "1.5"})
    assert answer.status_code == 422


@pytest.mark.parametrize("size", [(2 * style.LONGEST, 300), (300, 3 * style.LONGEST)])
def test_large_pictures_keep_their_detail(client: httpx.Client, size: tuple[int, int]) -> None:
    # A slope that an inversion turns round: what changed is smooth, so the answer is nearly exact,
    # and the noise on it, which the network does not see, stays as it was.
    width, height = size
    slope = np.linspace(60, 190, height)[:, None, None] + np.linspace(-40, 40, width)[:, None]
    grain = np.where(np.indices((height, width)).sum(0) % 2, 8, -8)[..., None]
    pixels = np.repeat(np.rint(slope + grain), 3, axis=2).astype(np.uint8)
    with opened(client, file(Image.fromarray(pixels))) as image:
        found = np.asarray(image).astype(int)
    inside = (slice(20, -20), slice(20, -20))
    assert np.abs(found - (255 - slope + grain))[inside].max() < 4


def test_sixteen_bits_and_alpha_stay(client: httpx.Client) -> None:
    pixels = noise(7, 5, 4).astype(np.uint16) * 256 + noise(7, 5, 4, seed=1)
    answer = client.post(URL, content=bytes(imagecodecs.png_encode(pixels)), headers=RAW)
    found: NDArray[np.uint16] = imagecodecs.png_decode(answer.content)
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found[..., 3], pixels[..., 3])
    assert np.abs(found[..., :3].astype(int) - (65535 - pixels[..., :3])).max() <= 1


def test_the_own_format_and_what_else_a_picture_has(client: httpx.Client) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = file(
        Image.new("RGB", (20, 10), (250, 10, 10)), "JPEG", icc_profile=profile, dpi=(72, 72)
    )
    answer = client.post(URL, content=sent, headers={"content-type": "image/jpeg"})
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.info["icc_profile"] == profile
        assert image.info["dpi"] == (72, 72)
    bare = client.post(
        URL, content=sent, headers=RAW, params={"format": "webp", "metadata": "strip"}
    )
    assert bare.headers["content-type"] == "image/webp"


def test_gray_is_painted_in_colour(client: httpx.Client) -> None:
    with opened(client, file(Image.new("L", (6, 4), 55))) as image:
        assert image.mode == "RGB"
        assert image.getcolors() == [(24, (200, 200, 200))]


def test_a_pixel(client: httpx.Client) -> None:
    with opened(client, png(size=(1, 1)), model="padding") as image:
        assert image.size == (1, 1)


def test_as_many_styles_as_labels(folder: Path) -> None:
    path = tiny.painter(folder, styles=3, labels=("only", "two"))
    with pytest.raises(InvalidModel, match="input 'style' has 3 classes, the card 2 labels"):
        Model.load(path).check(style.TASK.contract)
