"""The commands around the tasks: what there is, what is served, and how it is told."""

import json
from pathlib import Path

import pytest

from app import __version__
from app.runtime import device
from app.settings import Settings
from app.tasks import TASKS
from tests.app.cli.conftest import run
from tests.conftest import png


def test_help_names_every_command_in_its_group() -> None:
    answer = run("--help")
    assert answer.exit_code == 0
    _, ask, serve, look = (part.split("╰")[0] for part in answer.output.split("╭─ ")[1:])
    for task in TASKS.values():
        assert f" {task.verb} " in ask
    assert " batch " in ask
    assert all(f" {name} " in serve for name in ("serve", "settings", "key"))
    assert all(f" {name} " in look for name in ("models", "doctor", "bench", "version"))
    assert "densight classify photo.jpg" in answer.output
    assert "3 no server answers" in answer.output


def test_without_a_command_the_help_is_shown() -> None:
    assert run().output.strip() == run("--help").output.strip()


def test_version() -> None:
    assert run("version").output.strip() == __version__
    assert run("--version").output.strip() == __version__


def test_settings() -> None:
    output = run("settings").output
    for name in Settings.model_fields:
        assert f"DENSIGHT_{name.upper()}=" in output


def test_a_bad_setting_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_PORT", "many")
    answer = run("settings")
    assert answer.exit_code == 2
    assert answer.output.startswith("DENSIGHT_PORT: ")


def test_models(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "broken.onnx").write_bytes(b"no model")
    lines = [line.split("\t") for line in run("models").stdout.splitlines()]
    assert lines[0][:2] == ["colors@1", "classification (default)"]
    assert lines[0][3] == "Strongest colour"
    assert [line[0] for line in lines] == ["colors@1", "doubler@1", "broken"]
    assert lines[2][1] == "failed"
    monkeypatch.setenv("FORCE_COLOR", "1")
    table = run("models").stdout
    assert "Strongest colour" in table
    assert "\t" not in table


def test_models_as_json(folder: Path) -> None:
    (folder / "broken.onnx").write_bytes(b"no model")
    colors, doubler, broken = json.loads(run("models", "--json").stdout)["models"]
    assert colors["card"]["labels"] == ["red", "green", "blue"]
    assert colors["default"] is True
    assert doubler["card"]["scale"] == 2
    assert broken["state"] == "failed"
    assert broken["reason"]
    assert "card" not in broken


def test_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_DEVICE", "cpu")
    answer = run("doctor")
    assert answer.exit_code == 0
    assert answer.output.endswith("DENSIGHT_DEVICE=cpu works\n")
    found = json.loads(run("doctor", "--json", "--model", "doubler").output)
    assert found["works"] is True
    assert found["model"] == "doubler"
    answer = run("doctor", "--model", "nobody")
    assert answer.exit_code == 1
    assert answer.output.count("\n") == 1


@pytest.mark.skipif(device.works("cuda"), reason="this machine has a CUDA device")
def test_doctor_fails_where_the_device_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_DEVICE", "cuda")
    answer = run("doctor")
    assert answer.exit_code == 1
    assert answer.output.endswith("DENSIGHT_DEVICE=cuda does not work\n")


@pytest.mark.skipif(device.works("cuda"), reason="this machine has a CUDA device")
def test_serve_refuses_a_device_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_DEVICE", "cuda")
    answer = run("serve", "--port", 0)
    assert answer.exit_code == 1
    assert "DENSIGHT_DEVICE=cuda, but CUDAExecutionProvider can not be used" in answer.output
    assert "Traceback" not in answer.output


def test_batch_asks_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_URL", "http://127.0.0.1:8000")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(png())
    answer = run("batch", tmp_path / "pictures", "-o", tmp_path / "out", "--task", "classification")
    assert answer.exit_code == 2
    assert "batch asks the models of this machine" in answer.stderr
    assert not (tmp_path / "out").exists()
