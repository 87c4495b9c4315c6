"""Normals through the service: the map in two depths, lit, as a mesh, and what is not known."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import numpy as np
import pytest
import tifffile
import trimesh
from numpy.typing import NDArray
from PIL import Image

from app.card import Fit
from tests import tiny
from tests.conftest import Make, file, opened_at, serving

URL = "/v1/normals"
opened = partial(opened_at, URL)
RAW = {"content-type": "image/png"}
JSON = {**RAW, "accept": "application/json"}


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    """A client of models that take colours for normals."""
    tiny.directions(folder)
    tiny.directions(folder, name="blended", halo=None)
    tiny.directions(folder, name="cropping", fit=Fit(resize=10, crop=10), halo=None)
    with serving(make_app(default_models={"normals": "directions"}, tile_pixels=400**2)) as client:
        yield client


def ball(width: int = 60, height: int = 40) -> NDArray[np.float64]:
    """Unit normals of a dome that fills the picture, facing the camera."""
    y, x = np.mgrid[:height, :width]
    vectors = np.stack(
        [(x - width / 2) / width, (y - height / 2) / height, -np.ones_like(x)], axis=-1
    )
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def picture(normals: NDArray[np.float64]) -> bytes:
    """What the tiny model takes for them."""
    return file(Image.fromarray(np.rint((normals + 1) * 127.5).astype(np.uint8)))


def test_the_map(client: httpx.Client) -> None:
    with opened(client, picture(ball())) as image:
        assert image.mode == "RGB"
        assert np.abs(np.asarray(image) / 127.5 - 1 - ball()).max() < 0.01


def test_sixteen_bits(client: httpx.Client) -> None:
    params = {"depth": "16", "format": "tiff"}
    answer = client.post(URL, content=picture(ball()), params=params, headers=RAW)
    values = tifffile.imread(io.BytesIO(answer.content))
    assert values.dtype == np.uint16
    vectors = values / 32767.5 - 1
    assert np.abs(np.linalg.norm(vectors, axis=-1) - 1).max() < 1e-4


@pytest.mark.parametrize(
    ("light", "brightest"), [("270,0", (20, 0)), ("90,0", (20, 59)), ("0,0", (0, 30))]
)
def test_a_relief_is_light_where_the_light_comes_from(
    client: httpx.Client, light: str, brightest: tuple[int, int]
) -> None:
    with opened(client, picture(ball()), render="relief", light=light) as image:
        assert image.mode == "L"
        got = np.asarray(image)
    # A dome's normal at its left side points to the left.
    assert got[brightest] == pytest.approx(got.max(), abs=2)
    assert got[39 - brightest[0], 59 - brightest[1]] == 0


def test_light_from_the_camera(client: httpx.Client) -> None:
    with opened(client, picture(ball()), render="relief", light="0,90") as image:
        assert np.abs(np.asarray(image) / 255 + ball()[..., 2]).max() < 0.01


@pytest.mark.parametrize("form", ["glb", "ply", "obj"])
def test_a_mesh(client: httpx.Client, form: str) -> None:
    answer = client.post(URL, content=picture(ball()), params={"format": form}, headers=RAW)
    assert answer.headers["content-type"].startswith("model/")
    found = trimesh.load(io.BytesIO(answer.content), file_type=form, force="mesh")
    assert len(found.faces) == 2 * 59 * 39
    # A dome: its middle is nearest to the viewer.
    points = np.asarray(found.vertices)
    middle = np.hypot(points[:, 0], points[:, 1]) < 0.1
    assert points[middle, 2].min() > np.median(points[:, 2])


def test_a_mesh_of_a_large_picture_is_coarser(client: httpx.Client) -> None:
    data = picture(ball(1200, 300))
    answer = client.post(URL, content=data, headers={**RAW, "accept": "model/gltf-binary"})
    found = trimesh.load(io.BytesIO(answer.content), file_type="glb", force="mesh")
    assert len(found.vertices) == 384 * 96


def test_a_mesh_of_one_pixel(client: httpx.Client) -> None:
    answer = client.post(URL, content=picture(ball(1, 1)), params={"format": "glb"}, headers=RAW)
    assert answer.status_code == 200


def test_numbers(client: httpx.Client) -> None:
    answer = client.post(URL, content=picture(ball()), headers=JSON).json()
    assert (answer["width"], answer["height"], answer["known"]) == (60, 40, 1)
    assert answer["mean"] == pytest.approx(ball().mean(axis=(0, 1)).tolist(), abs=0.01)
    assert "exact" not in answer


def test_what_is_cropped_away_is_unknown(client: httpx.Client) -> None:
    facing = np.zeros((20, 50, 3))
    facing[..., 2] = -1
    with opened(client, picture(facing), model="cropping") as image:
        got = np.asarray(image)
    assert not got[:, :16].any()
    assert not got[:, 36:].any()
    assert (np.abs(got[:, 16:36].astype(int) - (128, 128, 0)) <= 1).all()
    params = {"model": "cropping"}
    assert client.post(URL, content=picture(facing), headers=JSON, params=params).json()[
        "known"
    ] == pytest.approx(0.4)


@pytest.mark.parametrize("model", ["directions", "blended"])
def test_tiles(client: httpx.Client, model: str) -> None:
    data = picture(ball(1000, 820))
    with opened(client, data, model=model) as image:
        assert np.abs(np.asarray(image) / 127.5 - 1 - ball(1000, 820)).max() < 0.015
    answer = client.post(URL, content=data, headers=JSON, params={"model": model}).json()
    assert answer["exact"] is (model == "directions")


@pytest.mark.parametrize(
    "query", [{"light": "up"}, {"light": "0,100"}, {"light": "1,2,3"}, {"depth": "12"}]
)
def test_a_wrong_option(client: httpx.Client, query: dict[str, str]) -> None:
    answer = client.post(URL, content=picture(ball()), headers=RAW, params=query)
    assert answer.status_code == 422
    assert [one["parameter"] for one in answer.json()["parameters"]] == [*query]
