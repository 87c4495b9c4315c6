"""`/v1/models`: what is in use, and why a file is not."""

from pathlib import Path

import httpx

from tests.conftest import Make, serving


def test_the_list(client: httpx.Client) -> None:
    models = {model["name"]: model for model in client.get("/v1/models").json()["models"]}
    assert set(models) == {"colors", "doubler"}
    colors = models["colors"]
    assert colors["state"] == "ready"
    assert colors["default"] is True
    assert colors["device"] == "cpu"
    assert colors["providers"] == ["CPUExecutionProvider"]
    assert colors["inputs"] == [{"name": "image", "dtype": "uint8", "shape": ["N", "H", "W", 3]}]
    assert colors["card"]["labels"] == ["red", "green", "blue"]


def test_one(client: httpx.Client) -> None:
    for reference in ("doubler", "doubler@1"):
        model = client.get(f"/v1/models/{reference}").json()
        assert (model["name"], model["version"], model["card"]["scale"]) == ("doubler", "1", 2)


def test_a_broken_file_is_named_and_the_rest_serve(make_app: Make, folder: Path) -> None:
    (folder / "broken.onnx").write_bytes(b"no model")
    with serving(make_app()) as client:
        model = client.get("/v1/models/broken").json()
        assert model["state"] == "failed"
        assert "onnxruntime can not load it" in model["reason"]
        assert model in client.get("/v1/models").json()["models"]
        assert client.get("/readyz").json() == {"status": "ready", "models": 2}


def test_a_served_model_is_not_hidden_by_a_broken_file_of_its_name(
    make_app: Make, folder: Path
) -> None:
    (folder / "colors.onnx").rename(folder / "renamed.onnx")
    (folder / "colors.onnx").write_bytes(b"no model")
    with serving(make_app()) as client:
        assert client.get("/v1/models/colors").json()["state"] == "ready"
        states = [model["state"] for model in client.get("/v1/models").json()["models"]]
        assert states == ["ready", "ready", "failed"]
