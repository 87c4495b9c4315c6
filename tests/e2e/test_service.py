"""The shipped models behind a real `densight serve`, asked as a user would."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from app.settings import Settings
from app.tasks import TASKS
from benchmarks.server import serving
from tests.conftest import file, noise
from tests.shipped import answered

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
CLASSIFY, UPSCALE = "/v1/classification", "/v1/super-resolution"
RAW = {"content-type": "application/octet-stream"}
JSON = {"accept": "application/json"}

EYES = (125, 85, 345, 160)
"""The box around both eyes in `cat.jpg`."""


@pytest.fixture(scope="module")
def service() -> Iterator[httpx.Client]:
    """One server for all tests of this file; that it ends with status 0 is a test too."""
    with serving() as client:
        yield client


def test_the_shipped_models_are_the_defaults(service: httpx.Client) -> None:
    models = {model["name"]: model for model in service.get("/v1/models").json()["models"]}
    defaults = Settings().default_models
    assert answered() <= set(defaults) <= set(TASKS)
    for task in answered():
        model = models[defaults[task]]
        assert model["state"] == "ready"
        assert task in model["default_of"]


def test_a_cat_is_a_cat(service: httpx.Client) -> None:
    with (EXAMPLES / "cat.jpg").open("rb") as picture:
        answer = service.post(CLASSIFY, files={"image": picture})
    assert answer.json()["predictions"][0]["label"] == "cat"
    assert answer.headers["x-model"] == "resnet56-cifar10@1"
    scores = [prediction["score"] for prediction in answer.json()["predictions"]]
    assert scores == sorted(scores, reverse=True)


def test_people_look_at_the_eyes(service: httpx.Client) -> None:
    content = (EXAMPLES / "cat.jpg").read_bytes()
    answer = service.post("/v1/saliency", content=content, headers=RAW | JSON).json()
    left, top, right, bottom = EYES
    assert left <= answer["peak"]["x"] < right
    assert top <= answer["peak"]["y"] < bottom


def test_the_sky_is_above_the_trees(service: httpx.Client) -> None:
    content = (EXAMPLES / "pavilion-480.jpg").read_bytes()
    labels = service.get("/v1/models/resnet-camvid").json()["card"]["labels"]
    answer = service.post("/v1/segmentation", content=content, headers=RAW)
    with Image.open(io.BytesIO(answer.content)) as mask:
        classes = np.asarray(mask)
    assert (classes[:30, 300:] == labels.index("Sky")).all()
    assert (classes[-40:] == labels.index("Tree")).mean() > 0.7


def test_the_network_enlarges_better_than_bicubic(service: httpx.Client) -> None:
    with Image.open(EXAMPLES / "cat.jpg") as image:
        whole = image.convert("RGB").crop((0, 0, 448, 300))
    small = whole.resize((112, 75), Image.Resampling.BICUBIC)
    answer = service.post(UPSCALE, content=file(small), headers=RAW)
    with Image.open(io.BytesIO(answer.content)) as large:
        assert large.size == (448, 300)
        ours = np.asarray(large, float)
    wanted = np.asarray(whole, float)
    bicubic = np.asarray(small.resize(whole.size, Image.Resampling.BICUBIC), float)
    assert np.square(ours - wanted).mean() < 0.95 * np.square(bicubic - wanted).mean()


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (17, 5), (401, 399)])
def test_every_size_is_answered(service: httpx.Client, size: tuple[int, int]) -> None:
    data = file(Image.fromarray(noise(*size)))
    assert service.post(CLASSIFY, content=data, headers=RAW).status_code == 200
    for path in ("/v1/saliency", "/v1/segmentation"):
        with Image.open(io.BytesIO(service.post(path, content=data, headers=RAW).content)) as map:
            assert map.size == size
    answer = service.post(UPSCALE, content=data, headers=RAW)
    with Image.open(io.BytesIO(answer.content)) as large:
        assert large.size == (4 * size[0], 4 * size[1])


def test_the_documentation_needs_no_other_host(service: httpx.Client) -> None:
    page = service.get("/docs").text
    assert "https://" not in page
    assert "http://" not in page
    assert service.get("/static-offline-docs/swagger-ui-bundle.js").status_code == 200


def test_openapi_names_every_task(service: httpx.Client) -> None:
    paths = service.get("/openapi.json").json()["paths"]
    for task in TASKS:
        responses = paths[f"/v1/{task}"]["post"]["responses"]
        assert {"200", "400", "401", "404", "406", "413", "415", "422", "503", "504"} <= set(
            responses
        )
        for status, response in responses.items():
            if status not in ("200", "202"):
                assert list(response["content"]) == ["application/problem+json"]


def test_odd_and_broken_files(service: httpx.Client, data: Path) -> None:
    """No file of the collection may cause a 5xx; every refusal says why."""
    with tarfile.open(data / "samples-formats.tar") as archive:
        members = [member for member in archive if member.isfile()]
        for member in members:
            content = archive.extractfile(member)
            assert content is not None
            answer = service.post(CLASSIFY, content=content.read() or b" ", headers=RAW)
            assert answer.status_code in (200, 413, 415, 422), member.name
            if answer.status_code != 200:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["detail"]
