"""`POST /v2/models/{name}/infer` over a real socket, asked without any client of the protocol."""

import gzip
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from app.http.oip.request import HEADER_LENGTH
from app.http.oip.tensors import to_binary
from app.runtime.model import Model
from tests import tiny
from tests.app.http.oip.graphs import identity_graph, picky
from tests.app.http.oip.test_tensors import sample
from tests.conftest import Make, noise, serving

URL = "/v2/models/colors/infer"
PICTURE = noise(5, 4)[None]


def given(array: NDArray[Any] = PICTURE, **more: Any) -> dict[str, Any]:
    """A request of JSON for a picture."""
    image = {"name": "image", "shape": array.shape, "datatype": "UINT8", "data": array.tolist()}
    return {"inputs": [image], **more}


def raw(array: NDArray[Any] = PICTURE, **more: Any) -> dict[str, Any]:
    """The same with bytes behind the JSON, as arguments of `httpx.post`."""
    image = given(array)["inputs"][0]
    del image["data"]
    image["parameters"] = {"binary_data_size": array.nbytes}
    head = json.dumps({"inputs": [image], **more}).encode()
    return {"content": head + array.tobytes(), "headers": {HEADER_LENGTH: str(len(head))}}


def expected(folder: Path) -> dict[str, NDArray[Any]]:
    return Model.load(folder / "colors.onnx").run(image=PICTURE)


def test_json(client: httpx.Client, folder: Path) -> None:
    answer = client.post(URL, json=given(id="seven"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert HEADER_LENGTH not in answer.headers
    document = answer.json()
    assert {key: document[key] for key in ("model_name", "model_version", "id")} == {
        "model_name": "colors",
        "model_version": "1",
        "id": "seven",
    }
    wanted = expected(folder)
    assert [output["name"] for output in document["outputs"]] == list(wanted)
    for output in document["outputs"]:
        array = np.array(output["data"], np.float32).reshape(output["shape"])
        assert np.array_equal(array, wanted[output["name"]])


def test_bytes(client: httpx.Client, folder: Path) -> None:
    answer = client.post(URL, **raw(parameters={"binary_data_output": True}))
    assert answer.headers["content-type"] == "application/octet-stream"
    length = int(answer.headers[HEADER_LENGTH])
    blob = answer.content[length:]
    for output in json.loads(answer.content[:length])["outputs"]:
        size = output["parameters"]["binary_data_size"]
        array = np.frombuffer(blob[:size], "<f4").reshape(output["shape"])
        assert np.array_equal(array, expected(folder)[output["name"]])
        blob = blob[size:]
    assert blob == b""


def test_one_output_of_a_version(client: httpx.Client) -> None:
    url = "/v2/models/colors/versions/1/infer"
    document = client.post(url, json=given(outputs=[{"name": "scores"}])).json()
    assert [output["name"] for output in document["outputs"]] == ["scores"]
    assert "id" not in document


def test_compressed(client: httpx.Client) -> None:
    plain = raw()
    headers = {**plain["headers"], "content-encoding": "gzip"}
    answer = client.post(URL, content=gzip.compress(plain["content"]), headers=headers)
    assert answer.json() == client.post(URL, **plain).json()


def test_headers_say_who_and_how_long(client: httpx.Client) -> None:
    answer = client.post(URL, **raw())
    assert answer.headers["x-model"] == "colors@1"
    stages = [part.partition(";")[0] for part in answer.headers["server-timing"].split(", ")]
    assert stages == ["decode", "queue", "infer", "encode"]


def test_prometheus_counts_it_as_a_task(client: httpx.Client) -> None:
    assert client.post(URL, **raw()).status_code == 200
    assert client.post(URL, content=b"").status_code == 400
    text = client.get("/metrics").text
    for status in (200, 400):
        series = f'densight_requests_total{{model="colors@1",status="{status}",task="infer"}} 1.0'
        assert series in text
    assert 'densight_stage_seconds_count{stage="encode",task="infer"} 1.0' in text


@pytest.mark.parametrize(
    ("path", "request_", "status", "words"),
    [
        (URL, {"content": b""}, 400, "no JSON"),
        (URL, {"json": given(PICTURE[..., :2])}, 400, "the model takes [N, H, W, 3]"),
        (URL, {**raw(), "headers": {HEADER_LENGTH: "1000000"}}, 400, "is 1000000, the body has"),
        (URL, {**raw(), "headers": {}}, 400, "no JSON"),
        (URL, {**raw(), "headers": {"content-encoding": "br"}}, 415, "br is not read"),
        (URL, {**raw(), "headers": {"content-encoding": "gzip"}}, 400, "no gzip"),
        ("/v2/models/nobody/infer", {"json": given()}, 404, "no model is called 'nobody'"),
        ("/v2/models/colors/versions/2/infer", {"json": given()}, 404, "'colors@2'"),
        ("/v2/models/a%2Fb/infer", {"json": given()}, 404, "Not Found"),
        ("/v2/nowhere", {}, 404, "Not Found"),
        ("/v2/models/colors", {}, 405, "Method Not Allowed"),
    ],
)
def test_refusals(
    client: httpx.Client, path: str, request_: dict[str, Any], status: int, words: str
) -> None:
    answer = client.post(path, **request_)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["error"]
    assert words in answer.json()["error"]


def test_only_below_v2(client: httpx.Client) -> None:
    assert client.get("/v2x").headers["content-type"] == "application/problem+json"


def test_too_many_bytes(make_app: Make) -> None:
    with serving(make_app(max_bytes=1000)) as client:
        bodies = [b"x" * 1001, iter([b"x" * 600, b"x" * 600])]
        answers = [client.post(URL, content=body) for body in bodies]
        packed = gzip.compress(b" " * 10_000)
        answers.append(client.post(URL, content=packed, headers={"content-encoding": "gzip"}))
    for answer in answers:
        assert answer.status_code == 413
        assert "1000" in answer.json()["error"]


def test_sides_of_which_strides_leave_nothing(make_app: Make, folder: Path) -> None:
    tiny.strongest(folder, multiple=4)
    url = "/v2/models/strongest/infer"
    with serving(make_app()) as client:
        answer = client.post(url, json=given(noise(5, 4)[None]))
        assert answer.status_code == 400
        assert "height and width must be multiples of 4" in answer.json()["error"]
        assert client.post(url, json=given(noise(8, 4)[None])).status_code == 200


def test_what_the_graph_itself_refuses(make_app: Make, folder: Path) -> None:
    picky(folder)
    url = "/v2/models/picky/infer"
    with serving(make_app()) as client:
        assert client.post(url, json=given(noise(8, 8)[None])).status_code == 200
        answer = client.post(url, json=given())
    assert answer.status_code == 400
    assert "the model can not run on these tensors: " in answer.json()["error"]
    assert "\n" not in answer.json()["error"]


def test_our_own_fault_is_of_the_same_form(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("app.http.oip.infer.write_response", fail)
    answer = client.post(URL, json=given())
    assert answer.status_code == 500
    assert list(answer.json()) == ["error"]
    assert "secret" not in answer.text


@pytest.mark.parametrize("datatype", ["FP16", "BYTES", "BOOL"])
def test_a_file_without_a_card(make_app: Make, folder: Path, datatype: str) -> None:
    onnx.save(identity_graph(datatype), folder / "plain.onnx")
    array = sample(datatype, (2, 3), 0)
    blob = to_binary(array)
    image = {"name": "x0", "shape": [2, 3], "datatype": datatype}
    image["parameters"] = {"binary_data_size": len(blob)}
    head = json.dumps({"inputs": [image], "parameters": {"binary_data_output": True}}).encode()
    with serving(make_app()) as client:
        answer = client.post(
            "/v2/models/plain/infer",
            content=head + blob,
            headers={HEADER_LENGTH: str(len(head))},
        )
        assert answer.status_code == 200
        assert answer.content[int(answer.headers[HEADER_LENGTH]) :] == blob
        (described,) = client.get("/v2/models/plain").json()["inputs"]
        assert described["datatype"] == datatype


def test_a_deadline_of_the_client(client: httpx.Client) -> None:
    given_ = given()
    assert client.post(URL, json=given_, headers={"x-deadline-ms": "60000"}).status_code == 200
    answer = client.post(URL, json=given_, headers={"x-deadline-ms": "soon"})
    assert answer.status_code == 400
    assert "X-Deadline-Ms" in answer.json()["error"]


class Gate:
    """Holds runs of models back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.open = threading.Event(), threading.Event()
        run = Model.run

        def held(model: Model, **inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
            self.begun.set()
            self.open.wait()
            return run(model, **inputs)

        monkeypatch.setattr(Model, "run", held)


def test_a_full_queue(make_app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(make_app(workers=1, queue=0)) as client, ThreadPoolExecutor(1) as threads:
        gate = Gate(monkeypatch)
        try:
            first = threads.submit(client.post, URL, json=given())
            gate.begun.wait()
            second = client.post(URL, json=given())
        finally:
            gate.open.set()
        assert first.result().status_code == 200
        stats = client.get("/v2/models/colors/stats").json()["model_stats"][0]["inference_stats"]
    assert second.status_code == 503
    assert int(second.headers["retry-after"]) >= 1
    assert list(second.json()) == ["error"]
    assert (stats["success"]["count"], stats["fail"]["count"]) == (1, 1)


def test_a_deadline(make_app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(make_app(deadline=0.2)) as client:
        gate = Gate(monkeypatch)
        try:
            answer = client.post(URL, json=given())
        finally:
            gate.open.set()
    assert answer.status_code == 504
    assert answer.json()["error"].startswith("no answer within 0.")


def test_keys(make_app: Make) -> None:
    with serving(make_app(api_keys=("secret",))) as client:
        for path in ("/v2", "/v2/models/colors", "/v2/models/colors/ready", "/v2/models/stats"):
            assert client.get(path).status_code == 401
        refused = client.post(URL, json=given())
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert list(refused.json()) == ["error"]
        assert client.post("/v2/repository/index").status_code == 401
        headers = {"authorization": "Bearer secret"}
        assert client.post(URL, json=given(), headers=headers).status_code == 200
        assert client.get("/v2/health/live").status_code == 200
        assert client.get("/v2/health/ready").status_code == 200
