"""A scene through the service: every answer is that of its own route, and the graph runs once."""

import base64
import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import HTTP
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from app.card import Fit
from tests import tiny
from tests.conftest import Make, file, noise, serving

URL = "/v1/scene"
RAW = {"content-type": "image/png"}
TASKS = ("edges", "semantic-boundaries", "saliency")


@pytest.fixture
def models(folder: Path) -> Path:
    """A folder with a model of three tasks, which is the only one of two of them."""
    tiny.several(folder, fit=Fit(longest=64))
    tiny.light(folder)
    return folder


@pytest.fixture
def client(make_app: Make, models: Path) -> Iterator[httpx.Client]:
    with serving(make_app(default_models={"saliency": "light"})) as client:
        yield client


@pytest.fixture
def picture() -> bytes:
    return file(Image.fromarray(noise(31, 17)))


def test_every_answer_is_that_of_its_own_route(client: httpx.Client, picture: bytes) -> None:
    answer = client.post(URL, content=picture, headers=RAW)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["model"] == "several@1"
    answers = answer.json()["answers"]
    assert tuple(answers) == TASKS
    for task in TASKS:
        params = {"model": "several"}
        own = client.post(f"/v1/{task}", content=picture, headers=RAW, params=params)
        assert own.headers["x-model"] == "several@1"
        head, _, data = answers[task].pop("image").partition(",")
        assert head == "data:image/png;base64"
        assert base64.b64decode(data) == own.content
        assert answers[task] == {}


def test_numbers(client: httpx.Client, picture: bytes) -> None:
    params = {"numbers": "true"}
    answers = client.post(URL, content=picture, headers=RAW, params=params).json()["answers"]
    for task in TASKS:
        own = client.post(
            f"/v1/{task}",
            content=picture,
            headers={**RAW, "accept": "application/json"},
            params={"model": "several"},
        ).json()
        del own["model"], answers[task]["image"]
        assert answers[task] == own


def test_some_of_them(client: httpx.Client, picture: bytes) -> None:
    params = {"tasks": "saliency,edges"}
    answers = client.post(URL, content=picture, headers=RAW, params=params).json()["answers"]
    assert tuple(answers) == ("saliency", "edges")


def test_what_is_not_asked_for_is_not_computed(make_app: Make, folder: Path) -> None:
    tiny.gated(folder)
    picture = file(Image.fromarray(noise(31, 17)))
    with serving(make_app()) as client:
        own = client.post("/v1/edges", content=picture, headers=RAW)
        some = client.post(URL, content=picture, headers=RAW, params={"tasks": "edges"})
        tensor = {
            "name": "image",
            "shape": [1, 1, 1, 3],
            "datatype": "UINT8",
            "data": [1, 2, 3],
        }
        asked = {"inputs": [tensor], "outputs": [{"name": "edges/edges"}]}
        tensors = client.post("/v2/models/gated/infer", json=asked)
        # Its salient places fail on all but black pictures.
        every = client.post("/v2/models/gated/infer", json={"inputs": [tensor]})
    assert (own.status_code, some.status_code, tensors.status_code) == (200, 200, 200)
    assert every.status_code == 400


@pytest.mark.parametrize("asked", ["edges,flow", "", "edges,"])
def test_one_that_it_does_not_answer(client: httpx.Client, picture: bytes, asked: str) -> None:
    answer = client.post(URL, content=picture, headers=RAW, params={"tasks": asked})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:densight:problem:task-not-answered"
    assert answer.json()["tasks"] == [*TASKS]


def test_parts(client: httpx.Client, picture: bytes) -> None:
    headers = {**RAW, "accept": "multipart/mixed"}
    answer = client.post(URL, content=picture, headers=headers)
    header = EmailMessage()
    header["content-type"] = answer.headers["content-type"]
    assert header.get_content_type() == "multipart/mixed"
    # RFC 2046, 5.1.1: the line end before a boundary belongs to the boundary.
    before, *parts, end = (b"\r\n" + answer.content).split(
        b"\r\n--" + str(header.get_boundary()).encode()
    )
    assert (before, end) == (b"", b"--\r\n")
    for task, part in zip(TASKS, parts, strict=True):
        head, _, body = part.partition(b"\r\n\r\n")
        fields = email.message_from_bytes(head.lstrip(), policy=HTTP)
        assert fields.get_content_type() == "image/png"
        assert fields["content-disposition"].params["name"] == task
        params = {"model": "several"}
        own = client.post(f"/v1/{task}", content=picture, headers=RAW, params=params)
        assert body == own.content


def test_the_graph_runs_once(
    client: httpx.Client, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.runtime.runs import PlainRuns

    ran: list[int] = []
    run = PlainRuns.__call__

    def counted(self: PlainRuns, inputs: dict[str, np.ndarray]) -> object:
        ran.append(1)
        return run(self, inputs)

    monkeypatch.setattr(PlainRuns, "__call__", counted)
    assert client.post(URL, content=picture, headers=RAW).status_code == 200
    assert len(ran) == 1


def test_it_answers_what_no_other_model_does(client: httpx.Client, picture: bytes) -> None:
    assert client.post("/v1/edges", content=picture, headers=RAW).headers["x-model"] == "several@1"
    salient = client.post("/v1/saliency", content=picture, headers=RAW)
    assert salient.headers["x-model"] == "light@1"


def test_what_is_said_of_it(client: httpx.Client) -> None:
    described = client.get("/v1/models/several").json()
    assert described["task"] == "scene"
    assert described["tasks"] == [*TASKS]
    assert described["default_of"] == ["scene", "edges", "semantic-boundaries"]
    assert described["default"] is True
    assert "edges/edges" in {output["name"] for output in described["outputs"]}


def test_labels_are_those_of_the_task(client: httpx.Client, picture: bytes) -> None:
    headers = {**RAW, "accept": "application/json"}
    answer = client.post("/v1/semantic-boundaries", content=picture, headers=headers).json()
    assert {one["label"] for one in answer["classes"]} == {"red", "green", "blue"}


def test_it_can_be_the_default(make_app: Make, models: Path, picture: bytes) -> None:
    with serving(make_app(default_models={"saliency": "several@1"})) as client:
        answer = client.post("/v1/saliency", content=picture, headers=RAW)
        assert answer.headers["x-model"] == "several@1"


def test_another_task_is_not_found(client: httpx.Client, picture: bytes) -> None:
    params = {"model": "several"}
    answer = client.post("/v1/segmentation", content=picture, headers=RAW, params=params)
    assert answer.status_code == 404
    assert "several@1 does scene, edges, semantic-boundaries, saliency" in answer.json()["detail"]


@pytest.mark.parametrize("tasks", [("edges", "parts"), ("edges", "nonsense")])
def test_a_file_without_what_it_promises_is_not_served(
    make_app: Make, models: Path, tasks: tuple[str, ...]
) -> None:
    tiny.several(models, name="liar", tasks=tasks, heads={})
    with serving(make_app()) as client:
        described = client.get("/v1/models/liar").json()
    assert described["state"] == "failed"
    assert ("'classes'" if "parts" in tasks else "'nonsense'") in described["reason"]
