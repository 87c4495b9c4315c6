"""`/v2/repository`: which models there are, and which of them are in memory."""

from pathlib import Path

import httpx
import pytest

from app.http.oip.repository import LARGEST
from tests import tiny
from tests.conftest import Make, serving

INDEX = "/v2/repository/index"
COLORS = {"name": "colors", "version": "1", "state": "READY", "reason": ""}
DOUBLER = {"name": "doubler", "version": "1", "state": "READY", "reason": ""}


def test_the_index(make_app: Make, folder: Path) -> None:
    (folder / "broken.onnx").write_bytes(b"no model")
    with serving(make_app()) as client:
        *ready, broken = client.post(INDEX).json()
        assert ready == [COLORS, DOUBLER]
        assert (broken["name"], broken["version"], broken["state"]) == (
            "broken",
            "",
            "UNAVAILABLE",
        )
        assert "onnxruntime can not load it" in broken["reason"]
        assert client.post(INDEX, json={"ready": False}).json() == [COLORS, DOUBLER, broken]
        assert client.post(INDEX, json={"ready": True}).json() == [COLORS, DOUBLER]


def test_a_body_that_is_none(client: httpx.Client) -> None:
    for body, words in ((b"{", "no JSON"), (b'{"ready": []}', "ready: "), (b"[]", "the body: ")):
        answer = client.post(INDEX, content=body)
        assert answer.status_code == 400
        assert words in answer.json()["error"]


def test_unloaded_and_loaded_again(client: httpx.Client) -> None:
    answer = client.post("/v2/repository/models/colors/unload")
    assert answer.json() == {"name": "colors", "unload": True}
    assert client.get("/v2/models/colors/ready").status_code == 503
    assert "unloaded" in client.get("/v2/models/colors").json()["error"]
    assert client.post(INDEX).json() == [
        DOUBLER,
        {"name": "colors", "version": "", "state": "UNAVAILABLE", "reason": "unloaded"},
    ]
    assert client.post(INDEX, json={"ready": True}).json() == [DOUBLER]

    assert client.post("/v2/repository/models/colors/load").json() == {
        "name": "colors",
        "load": True,
    }
    assert client.get("/v2/models/colors/ready").status_code == 200
    assert client.post(INDEX).json() == [COLORS, DOUBLER]


def test_loading_shows_what_the_file_has_become(make_app: Make, folder: Path) -> None:
    with serving(make_app(watch=False)) as client:
        tiny.colors(folder, version="2")
        tiny.light(folder)
        assert client.post("/v2/repository/models/light/load").status_code == 200
        assert client.post("/v2/repository/models/colors/load").status_code == 200
        assert client.get("/v2/models/colors").json()["versions"] == ["2"]
        (folder / "colors.onnx").write_bytes(b"no model")
        answer = client.post("/v2/repository/models/colors/load")
        assert answer.status_code == 503
        assert "onnxruntime can not load it" in answer.json()["error"]
        assert client.get("/v2/models/colors/versions/2/ready").status_code == 200


@pytest.mark.parametrize("verb", ["load", "unload"])
def test_what_is_not_there_or_not_allowed(make_app: Make, verb: str) -> None:
    with serving(make_app()) as client:
        for name in ("nobody", "..%2Fcolors", "colors.onnx", "*"):
            answer = client.post(f"/v2/repository/models/{name}/{verb}")
            assert answer.status_code == 404
            assert list(answer.json()) == ["error"]
    with serving(make_app(model_control=False)) as client:
        answer = client.post(f"/v2/repository/models/colors/{verb}")
        assert answer.status_code == 403
        assert answer.json() == {"error": "this server loads and unloads no models on request"}
        assert client.post(INDEX).json() == [COLORS, DOUBLER]


@pytest.mark.parametrize("parameter", ["config", "file:1/model.onnx"])
def test_no_files_of_a_client(client: httpx.Client, parameter: str) -> None:
    url = "/v2/repository/models/colors/load"
    answer = client.post(url, json={"parameters": {parameter: "AAAA"}})
    assert answer.status_code == 400
    assert "no config and no files" in answer.json()["error"]


def test_a_body_that_says_too_much(client: httpx.Client) -> None:
    for path in ("/v2/repository/index", "/v2/repository/models/colors/load"):
        answer = client.post(path, content=bytes(LARGEST + 1))
        assert answer.status_code == 413
        assert str(LARGEST) in answer.json()["error"]
