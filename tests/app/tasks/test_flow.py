"""Flow through the service: two pictures, the three drawings, the two files and the numbers."""

import io
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from typer.testing import CliRunner

from app.card import Fit
from app.cli import cli
from app.imaging.vectors import wheel_colors
from app.tasks import flow
from tests import later, tiny
from tests.conftest import Make, noise, png, serving

URL = "/v1/flow"


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    """A client of models whose flow is how much redder and greener a pixel gets."""
    tiny.shades(folder)
    tiny.shades(folder, name="stretched", fit=Fit(size=(8, 16)))
    tiny.shades(folder, name="cropping", fit=Fit(resize=8, crop=8))
    tiny.shades(folder, name="padding", multiple=16)
    with serving(make_app(default_models={"flow": "shades"})) as client:
        yield client


def ask(
    client: httpx.Client, image: bytes, following: bytes, accept: str = "*/*", **query: Any
) -> httpx.Response:
    files = {"image": image, "next": following}
    return client.post(URL, files=files, params=query, headers={"accept": accept})


def pair(
    width: int = 21, height: int = 13, dtype: type[np.integer[Any]] = np.uint8
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Two pictures of noise."""
    scale = 257 if dtype is np.uint16 else 1
    first, second = noise(width, height), noise(width, height, seed=1)
    return first.astype(dtype) * scale, second.astype(dtype) * scale


def as_png(pixels: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.png_encode(pixels))


def moved(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float64]:
    """What the tiny model says."""
    return second[..., :2].astype(float) - first[..., :2]


def test_kitti(client: httpx.Client) -> None:
    first, second = pair()
    answer = ask(client, as_png(first), as_png(second))
    assert answer.headers["content-type"] == "image/png"
    stored = imagecodecs.png_decode(answer.content)
    assert stored.dtype == np.uint16
    assert (stored[..., 2] == 1).all()
    found = (stored[..., :2].astype(float) - 2**15) / 64
    np.testing.assert_array_equal(found, moved(first, second))


@pytest.mark.parametrize("model", ["shades", "padding"])
def test_flo(client: httpx.Client, model: str) -> None:
    first, second = pair()
    content = ask(client, as_png(first), as_png(second), model=model, format="flo").content
    assert content[:4] == b"PIEH"  # the tag's four bytes, as Middlebury says
    assert struct.unpack("<ii", content[4:12]) == (21, 13)
    found = np.frombuffer(content[12:], "<f4").reshape(13, 21, 2)
    np.testing.assert_array_equal(found, moved(first, second))


def test_sixteen_bits_are_seen_as_eight(client: httpx.Client) -> None:
    first, second = pair(dtype=np.uint16)
    content = ask(client, as_png(first), as_png(second), format="flo").content
    found = np.frombuffer(content[12:], "<f4").reshape(13, 21, 2)
    np.testing.assert_array_equal(found, moved(first // 257, second // 257))


def test_numbers(client: httpx.Client) -> None:
    first = np.zeros((2, 2, 3), np.uint8)
    second = np.array([[(3, 4, 0), (0, 0, 0)], [(0, 0, 9), (0, 1, 0)]], np.uint8)
    answer = ask(client, as_png(first), as_png(second), "application/json").json()
    assert answer == {
        "model": "shades@1",
        "width": 2,
        "height": 2,
        "mean": 1.5,
        "median": 0.5,
        "max": 5.0,
        "moving": 0.25,
    }


def test_vectors_are_in_pixels_of_the_picture(client: httpx.Client) -> None:
    first, second = png((10, 10, 0), (32, 4)), png((14, 13, 0), (32, 4))
    content = ask(client, first, second, model="stretched", format="flo").content
    found = np.frombuffer(content[12:], "<f4").reshape(4, 32, 2)
    # The network saw 16x8 pixels: half as many across, twice as many down.
    np.testing.assert_allclose(found, np.broadcast_to((8, 1.5), found.shape))


def test_what_a_fit_crops_away_is_not_known(client: httpx.Client) -> None:
    first, second = png((10, 10, 0), (16, 8)), png((13, 10, 0), (16, 8))
    stored = imagecodecs.png_decode(ask(client, first, second, model="cropping").content)
    known = np.zeros((8, 16), bool)
    known[:, 4:12] = True
    np.testing.assert_array_equal(stored[..., 2] == 1, known)
    assert (stored[~known] == 0).all()
    told = ask(client, first, second, "application/json", model="cropping").json()
    assert told["mean"] == told["max"] == 3
    assert told["moving"] == 1


def test_large_pictures_are_made_smaller(client: httpx.Client) -> None:
    size = (flow.LONGEST * 2, 20)
    content = ask(client, png((10, 10, 0), size), png((13, 9, 0), size), format="flo").content
    found = np.frombuffer(content[12:], "<f4").reshape(20, size[0], 2)
    np.testing.assert_allclose(found, np.broadcast_to((6, -2), found.shape))


def test_the_wheel(client: httpx.Client) -> None:
    first = np.full((1, 5, 3), 100, np.uint8)
    second = first.copy()
    second[0, :4, :2] += np.array([(50, 0), (0, 50), (-50, 0), (0, -50)]).astype(np.uint8)
    answer = ask(client, as_png(first), as_png(second), render="wheel")
    found = np.asarray(Image.open(io.BytesIO(answer.content)))[0].tolist()
    # As in Middlebury's colour test: right is red, down yellow, left cyan, up blue-violet.
    right, down, left, up, still = found
    assert right == [255, 0, 0]
    assert down[0] > 200 < down[1]
    assert down[2] == 0
    assert left[0] == 0
    assert left[1] > 150 < left[2]
    assert up[2] == 255 > up[0] > 20
    assert up[1] == 0
    assert still == [255, 255, 255]


def test_colors_of_what_is_long_and_what_is_not_known() -> None:
    vectors = np.array([(2, 0), (1, 0), (0.5, 0), (np.nan, 0)], np.float32)
    colors = wheel_colors(vectors, 1).tolist()
    assert colors == [[191, 0, 0], [255, 0, 0], [255, 127, 127], [0, 0, 0]]


def test_arrows(client: httpx.Client) -> None:
    first, second = png((10, 50, 90, 100), (40, 40)), png((20, 50, 90), (40, 40))
    answer = ask(client, first, second, render="arrows")
    image = Image.open(io.BytesIO(answer.content))
    assert image.mode == "RGBA"
    pixels = np.asarray(image)
    assert (pixels[..., 3] == 100).all()
    # Arrows begin at every sixteenth pixel and are ten long, to the right.
    assert pixels[8, 8:17, :3].tolist() == [[255, 0, 0]] * 9
    assert pixels[8, 6, :3].tolist() == [10, 50, 90]
    assert pixels[16, 8, :3].tolist() == [10, 50, 90]


def test_pictures_of_different_sizes(client: httpx.Client) -> None:
    answer = ask(client, png(size=(12, 9)), png(size=(9, 12)))
    problem = answer.json()
    assert answer.status_code == problem["status"] == 422
    assert problem["type"].endswith("pictures-differ")
    assert "12x9" in problem["detail"]
    assert "9x12" in problem["detail"]
    assert (problem["image"], problem["next"]) == ([12, 9], [9, 12])


def test_only_one_picture(client: httpx.Client) -> None:
    answer = client.post(URL, files={"image": png()})
    assert answer.status_code == 400
    assert "'next'" in answer.json()["detail"]
    answer = client.post(URL, files={"image": png(), "next": b""})
    assert answer.status_code == 400
    assert "'next' is empty" in answer.json()["detail"]
    raw = client.post(URL, content=png(), headers={"content-type": "image/png"})
    assert raw.status_code == 415
    assert "`image` and `next`" in raw.json()["detail"]


def test_a_broken_second_picture(client: httpx.Client) -> None:
    answer = ask(client, png(), png()[:45])
    assert answer.status_code == 422


def test_both_pictures_together_have_room_for_one(make_app: Make, folder: Path) -> None:
    tiny.shades(folder)
    with serving(make_app(max_pixels=400, max_pixels_at_once=400)) as client:
        assert ask(client, png(size=(20, 10)), png(size=(20, 10))).status_code == 200
        answer = ask(client, png(size=(20, 11)), png(size=(20, 11)))
        assert answer.status_code == 413
        assert answer.json()["limit"] == 200


def test_as_a_job(client: httpx.Client) -> None:
    first, second = (as_png(pixels) for pixels in pair())
    now = ask(client, first, second)
    files = {"image": first, "next": second}
    taken = client.post(URL, files=files, headers={"prefer": "respond-async"})
    assert taken.status_code == 202
    assert later.result(client, taken.json()).content == now.content


def test_openapi(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()["paths"][URL]["post"]["requestBody"]
    (form,) = described["content"].values()
    assert form["schema"]["required"] == ["image", "next"]
    assert set(form["schema"]["properties"]) == {"image", "next"}


def test_the_command(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.shades(folder)
    monkeypatch.setenv("DENSIGHT_MODELS", str(folder))
    first, second, out = (tmp_path / name for name in ("a.png", "b.png", "ab.flo"))
    first.write_bytes(png((10, 10, 0)))
    second.write_bytes(png((13, 14, 0)))
    done = CliRunner().invoke(cli, ["flow", str(first), str(second), "-o", str(out)])
    assert done.exit_code == 0, done.output
    told = CliRunner().invoke(cli, ["flow", str(first), str(second), "--json"])
    assert json.loads(told.stdout)["mean"] == pytest.approx(5)
    assert out.read_bytes()[:4] == b"PIEH"
    alone = CliRunner().invoke(cli, ["flow", str(first)])
    assert alone.exit_code == 2
    batch = ["batch", str(tmp_path), "-o", str(tmp_path / "out"), "--task", "flow"]
    assert CliRunner().invoke(cli, batch).exit_code == 2


def test_a_picture_alone_does_not_move(client: httpx.Client) -> None:
    told = ask(client, png(), png(), "application/json").json()
    assert told["max"] == told["moving"] == 0
