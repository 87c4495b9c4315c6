"""What `/v2` tells of the server and its models: metadata, readiness, configuration, statistics."""

from pathlib import Path

import httpx
import pytest

from app import __version__
from app.http.oip.statistics import Statistics
from app.runtime.model import Model
from app.runtime.registry import Registry
from tests import tiny
from tests.app.http.oip.test_infer import URL, given
from tests.conftest import Make, serving


def test_the_server(client: httpx.Client) -> None:
    document = client.get("/v2").json()
    assert (document["name"], document["version"]) == ("densight", __version__)
    assert {"binary_tensor_data", "model_configuration", "statistics"} <= set(
        document["extensions"]
    )


@pytest.mark.parametrize("path", ["/v2/models/colors", "/v2/models/colors/versions/1"])
def test_a_model(client: httpx.Client, path: str) -> None:
    assert client.get(path).json() == {
        "name": "colors",
        "versions": ["1"],
        "platform": "onnxruntime_onnx",
        "inputs": [{"name": "image", "datatype": "UINT8", "shape": [-1, -1, -1, 3]}],
        "outputs": [
            {"name": "scores", "datatype": "FP32", "shape": [-1, 3]},
            {"name": "evidence", "datatype": "FP32", "shape": [-1, 3, -1, -1]},
        ],
    }
    assert client.get(f"{path}/ready").json() == {"name": "colors", "ready": True}


def test_versions(make_app: Make, folder: Path) -> None:
    (folder / "colors.onnx").rename(folder / "colors-1.onnx")
    tiny.colors(folder, version="10", evidence=False)
    with serving(make_app()) as client:
        assert client.get("/v2/models/colors").json()["versions"] == ["1", "10"]
        for path, outputs in (("colors", 1), ("colors/versions/1", 2), ("colors/versions/10", 1)):
            assert len(client.get(f"/v2/models/{path}").json()["outputs"]) == outputs
        assert client.get("/v2/models/colors/versions/2/ready").status_code == 404


def test_the_configuration(client: httpx.Client) -> None:
    document = client.get("/v2/models/doubler/config").json()
    assert document["max_batch_size"] == 0
    assert document["input"] == [
        {"name": "image", "data_type": "TYPE_FP32", "dims": [-1, -1, -1, 3]}
    ]
    assert document["instance_group"] == [{"kind": "KIND_CPU", "count": 1}]


def test_statistics(client: httpx.Client) -> None:
    url = "/v2/models/colors/versions/1/stats"
    (before,) = client.get(url).json()["model_stats"]
    assert (before["inference_count"], before["last_inference"]) == (0, 0)
    for _ in range(2):
        assert client.post(URL, json=given()).status_code == 200
    assert client.post(URL, json={}).status_code == 400
    (stats,) = client.get(url).json()["model_stats"]
    assert (stats["name"], stats["version"]) == ("colors", "1")
    assert stats["inference_count"] == stats["execution_count"] == 2
    assert stats["last_inference"] > 1_700_000_000_000
    durations = stats["inference_stats"]
    parts = [durations[part] for part in ("queue", "compute_input", "compute_output")]
    infer, success = durations["compute_infer"], durations["success"]
    assert [part["count"] for part in (*parts, infer, success)] == [2] * 5
    assert durations["fail"]["count"] == 1
    assert durations["fail"]["ns"] > 0
    assert infer["ns"] > 0
    assert sum(part["ns"] for part in (*parts, infer)) <= success["ns"]


def test_statistics_of_all(client: httpx.Client) -> None:
    client.post(URL, json=given())
    stats = client.get("/v2/models/stats").json()["model_stats"]
    assert {entry["name"]: entry["inference_count"] for entry in stats} == {
        "colors": 1,
        "doubler": 0,
    }


def test_statistics_go_with_their_model(folder: Path) -> None:
    statistics = Statistics()
    model = Model.load(folder / "colors.onnx")
    statistics.of(model).fail(1.5)
    assert statistics.of(model).inference_stats.fail.ns == 1_500_000_000
    del model
    assert len(statistics._of) == 0


def test_a_file_that_is_not_served_is_503_and_an_unknown_one_404(
    make_app: Make, folder: Path
) -> None:
    (folder / "broken.onnx").write_bytes(b"no model")
    with serving(make_app()) as client:
        for path in ("", "/ready", "/config", "/stats", "/versions/1/ready"):
            broken = client.get(f"/v2/models/broken{path}")
            assert broken.status_code == 503
            assert "onnxruntime can not load it" in broken.json()["error"]
            assert client.get(f"/v2/models/nobody{path}").status_code == 404


def test_while_loading(make_app: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Registry, "load", lambda self: None)
    with serving(make_app(), wait=False) as client:
        assert client.get("/v2/health/live").json() == {"live": True}
        for path in ("health/ready", "models/colors", "models/colors/ready", "models/stats"):
            answer = client.get(f"/v2/{path}")
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            assert list(answer.json()) == ["error"]
        assert client.post("/v2/repository/index").status_code == 503
        assert client.post(URL, json=given()).status_code == 503


def test_ready(client: httpx.Client) -> None:
    assert client.get("/v2/health/ready").json() == {"ready": True}


def test_no_models_is_not_ready(make_app: Make, tmp_path: Path) -> None:
    with serving(make_app(models=tmp_path)) as client:
        answer = client.get("/v2/health/ready")
        assert answer.status_code == 503
        assert "could be loaded" in answer.json()["error"]


def test_openapi_tells_of_every_route(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    operations = {
        path: operation
        for path, methods in paths.items()
        for operation in methods.values()
        if path.startswith("/v2")
    }
    assert {"/v2", "/v2/health/live", "/v2/models/{name}/versions/{version}/infer"} <= set(
        operations
    )
    for path, operation in operations.items():
        assert operation["tags"] == ["Open Inference Protocol"], path
        parameters = operation.get("parameters", ())
        named = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
        assert named == {part for part in ("name", "version") if f"{{{part}}}" in path}, path
        for status, response in operation["responses"].items():
            schema = response["content"]["application/json"]["schema"]
            assert (status == "200") is not schema.get("$ref", "").endswith("/Failure"), path
    infer = operations["/v2/models/{name}/infer"]
    statuses = {"200", "400", "401", "404", "413", "415", "503", "504", "default"}
    assert set(infer["responses"]) == statuses
    assert set(infer["requestBody"]["content"]) == {"application/json", "application/octet-stream"}
