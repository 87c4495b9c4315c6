"""Uploads: forms and raw bytes are read, and never more than the limit."""

from collections.abc import Iterator

import httpx
import pytest
from PIL import Image

from tests.conftest import Make, file, noise, png, serving

URL = "/v1/classification"
NOISE = file(Image.fromarray(noise(30, 30)))
RAW = {"content-type": "image/png"}


@pytest.fixture
def small(make_app: Make) -> Iterator[httpx.Client]:
    """A server that takes bodies of 1000 bytes."""
    with serving(make_app(max_bytes=1000)) as client:
        yield client


@pytest.mark.parametrize("media_type", ["image/png", "application/octet-stream", "image/x-odd"])
def test_raw_bytes(client: httpx.Client, media_type: str) -> None:
    answer = client.post(URL, content=png(), headers={"content-type": media_type})
    assert answer.json()["predictions"][0]["label"] == "red"


def test_a_form(client: httpx.Client) -> None:
    answer = client.post(URL, files={"image": ("x.png", png((1, 2, 250)), "image/png")})
    assert answer.json()["predictions"][0]["label"] == "blue"


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"content": b"", "headers": RAW}, 400, "0 bytes"),
        ({"files": {"photo": ("x.png", png())}}, 400, "no file part called 'image'"),
        ({"files": {"image": ("x.png", b"")}}, 400, "0 bytes"),
        ({"files": {"image": (None, "text")}}, 400, "no file part"),
        ({"files": [("image", ("a", png())), ("more", ("b", png()))]}, 400, "Too many files"),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 400, "boundary"),
        (
            {"content": b"xx", "headers": {"content-type": "multipart/form-data; boundary=b"}},
            400,
            "form",
        ),
        ({"json": {"image": "..."}}, 415, "application/json"),
        ({"content": b"GIF", "headers": RAW}, 415, "JPEG"),
        ({"content": NOISE[: len(NOISE) // 2], "headers": RAW}, 422, "can not be decoded"),
    ],
)
def test_refusals(
    client: httpx.Client, request_: dict[str, object], status: int, words: str
) -> None:
    answer = client.post(URL, **request_)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


def test_too_many_bytes_announced(small: httpx.Client) -> None:
    answer = small.post(URL, content=b"x" * 1001, headers=RAW)
    assert answer.status_code == 413
    assert (answer.json()["limit"], answer.json()["bytes"]) == (1000, 1001)


def test_too_many_bytes_unannounced(small: httpx.Client) -> None:
    answer = small.post(URL, content=iter([b"x" * 600, b"x" * 600]), headers=RAW)
    assert answer.status_code == 413
    assert answer.json()["bytes"] == 1200


def test_too_many_bytes_in_a_form(small: httpx.Client) -> None:
    assert small.post(URL, files={"image": ("x", b"x" * 2000)}).status_code == 413


def test_too_many_pixels(make_app: Make) -> None:
    with serving(make_app(max_pixels=100)) as client:
        answer = client.post(URL, content=png(size=(101, 1)), headers=RAW)
        assert answer.status_code == 413
        assert (answer.json()["limit"], answer.json()["pixels"]) == (100, 101)
        assert client.post(URL, content=png(size=(100, 1)), headers=RAW).status_code == 200
