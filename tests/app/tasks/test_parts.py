"""Parts through the service: a segmentation, and who stands apart."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests import tiny
from tests.conftest import Make, file, serving

URL = "/v1/parts"
RAW = {"content-type": "image/png"}
JSON = {**RAW, "accept": "application/json"}


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    """A client of a model for which red is nobody, green a coat and blue a hat."""
    labels = ("background", "coat", "hat")
    tiny.strongest(folder, name="people", task="parts", labels=labels)
    with serving(make_app()) as client:
        yield client


@pytest.fixture
def people() -> bytes:
    """Someone with a hat on the right, someone in a coat on the left, and a speck."""
    image = Image.new("RGB", (60, 40), "red")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 10, 49, 29), fill=(0, 255, 0))
    draw.rectangle((42, 5, 47, 9), fill="blue")
    draw.rectangle((5, 20, 14, 39), fill=(0, 255, 0))
    draw.point((30, 3), fill="blue")
    return file(image)


def test_the_mask(client: httpx.Client, people: bytes) -> None:
    answer = client.post(URL, content=people, headers=RAW)
    assert answer.headers["content-type"] == "image/png"


def test_people_from_left_to_right(client: httpx.Client, people: bytes) -> None:
    answer = client.post(URL, content=people, headers=JSON).json()
    assert [one["label"] for one in answer["classes"]] == ["background", "coat", "hat"]
    left, right = answer["people"]
    assert left["box"] == [5, 20, 15, 40]
    assert [(part["label"], part["fraction"]) for part in left["classes"]] == [("coat", 1)]
    assert right["box"] == [40, 5, 50, 30]
    assert right["pixels"] == 230
    assert [(part["label"], part["pixels"]) for part in right["classes"]] == [
        ("coat", 200),
        ("hat", 30),
    ]
    assert sum(part["fraction"] for part in right["classes"]) == pytest.approx(1)


def test_nobody(client: httpx.Client) -> None:
    answer = client.post(URL, content=file(Image.new("RGB", (8, 8), "red")), headers=JSON).json()
    assert answer["people"] == []


def test_shapes_are_there_as_well(client: httpx.Client, people: bytes) -> None:
    answer = client.post(URL, content=people, headers=JSON, params={"shapes": "rle"}).json()
    assert len(answer["shapes"]) == 3
    assert len(answer["people"]) == 2
    assert np.sum([one["pixels"] for one in answer["classes"]]) == 60 * 40
