"""The command line: the same code as the service, on local files."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from app import __version__
from app.cli import cli
from app.errors import OutOfMemory
from app.runtime import device
from app.settings import Settings
from app.tasks import TASKS, super_resolution
from tests import tiny
from tests.conftest import noise, png


@pytest.fixture(autouse=True)
def _tiny_models(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_MODELS", str(folder))
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: object) -> Result:
    """Run `densight ARGUMENTS`."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_help_names_every_command() -> None:
    answer = run("--help")
    assert answer.exit_code == 0
    for verb in ("serve", "models", "settings", *(task.verb for task in TASKS.values())):
        assert verb in answer.output


def test_options_of_a_task_are_options_of_its_command() -> None:
    assert "--top-k" in run("classify", "--help").output
    assert "png|jpeg|webp|tiff" in run("upscale", "--help").output
    assert "map|overlay|cutout" in run("saliency", "--help").output
    assert "rle|polygons" in run("segment", "--help").output


def test_classify(tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(png((250, 0, 0)))
    (tmp_path / "blue.png").write_bytes(png((0, 0, 250)))
    answer = run("classify", tmp_path / "red.png", tmp_path / "blue.png", "--top-k", 1)
    assert answer.exit_code == 0
    assert "red.png: red 100.0%" in answer.output
    assert "blue.png: blue 100.0%" in answer.output


def test_an_option_out_of_range_is_told_in_one_line(tmp_path: Path) -> None:
    answer = run("classify", tmp_path / "none.png", "--top-k", 0)
    assert answer.exit_code == 2
    assert "--top-k: Input should be greater than or equal to 1" in answer.output


def test_classify_writes_json(tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(png())
    assert run("classify", tmp_path / "red.png", "-o", tmp_path / "red.json").exit_code == 0
    assert '"label":"red"' in (tmp_path / "red.json").read_text()


def test_upscale(tmp_path: Path) -> None:
    pixels = noise(6, 5)
    Image.fromarray(pixels).save(tmp_path / "small.png")
    assert run("upscale", tmp_path / "small.png", "-o", tmp_path / "large.tiff").exit_code == 0
    with Image.open(tmp_path / "large.tiff") as large:
        assert large.format == "TIFF"
        assert np.array_equal(np.asarray(large), pixels.repeat(2, axis=0).repeat(2, axis=1))


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_a_large_picture_is_written_while_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(super_resolution, "LARGE", 1000)
    monkeypatch.setenv("DENSIGHT_TILE_PIXELS", "400")
    pixels, target = noise(60, 50), tmp_path / f"large.{suffix}"
    Image.fromarray(pixels).save(tmp_path / "small.png")
    assert run("upscale", tmp_path / "small.png", "-o", target).exit_code == 0
    with Image.open(target) as large:
        assert np.array_equal(np.asarray(large), pixels.repeat(2, axis=0).repeat(2, axis=1))


def test_of_a_file_that_can_not_be_written_to_its_end_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*given: Any) -> None:
        given[-1].write(b"half")
        raise OutOfMemory("memory is too short for the smallest tile")

    monkeypatch.setattr(super_resolution.TASK, "write", write)
    (tmp_path / "small.png").write_bytes(png())
    answer = run("upscale", tmp_path / "small.png", "-o", tmp_path / "large.png")
    assert answer.exit_code == 1
    assert "memory is too short" in answer.output
    assert not (tmp_path / "large.png").exists()


def test_upscale_needs_an_output(tmp_path: Path) -> None:
    (tmp_path / "small.png").write_bytes(png())
    answer = run("upscale", tmp_path / "small.png")
    assert answer.exit_code == 2
    assert "-o" in answer.output


def test_saliency(tmp_path: Path, folder: Path) -> None:
    tiny.light(folder)
    pixels = noise(6, 5)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    answer = run("saliency", tmp_path / "a.png", "-o", tmp_path / "cut.png", "--render", "cutout")
    assert answer.exit_code == 0
    assert "a.png: peak 0." in answer.output
    with Image.open(tmp_path / "cut.png") as image:
        assert image.mode == "RGBA"
        assert np.array_equal(np.asarray(image)[..., :3], pixels)
    assert run("saliency", tmp_path / "a.png", "-o", tmp_path / "a.json").exit_code == 0
    assert '"coverage":' in (tmp_path / "a.json").read_text()


def test_segment(tmp_path: Path, folder: Path) -> None:
    tiny.strongest(folder)
    (tmp_path / "red.png").write_bytes(png())
    answer = run("segment", tmp_path / "red.png", "-o", tmp_path / "mask.png")
    assert answer.exit_code == 0
    assert "red.png: red 100.0%" in answer.output
    with Image.open(tmp_path / "mask.png") as image:
        assert image.mode == "P"
        assert not np.asarray(image).any()
    shapes = ("--shapes", "rle", "-o", tmp_path / "mask.json")
    assert run("segment", tmp_path / "red.png", *shapes).exit_code == 0
    assert '"counts":' in (tmp_path / "mask.json").read_text()


def test_files_in_a_folder_are_called_what_they_are(tmp_path: Path, folder: Path) -> None:
    tiny.light(folder)
    for name in ("a.jpg", "b.png"):
        Image.new("RGB", (4, 3)).save(tmp_path / name)
    pictures = (tmp_path / "a.jpg", tmp_path / "b.png", "-o", tmp_path / "out")
    for verb in ("saliency", "classify", "upscale"):
        assert run(verb, *pictures).exit_code == 0
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"a.png", "b.png", "a.json", "b.json", "a.jpg"}
    for path in (tmp_path / "out").glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_bad_pictures_are_named_and_the_others_answered(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    (tmp_path / "red.png").write_bytes(png())
    answer = run("classify", tmp_path / "bad.png", tmp_path / "gone.png", tmp_path / "red.png")
    assert answer.exit_code == 1
    assert "bad.png: not a picture" in answer.output
    assert "gone.png" in answer.output
    assert "red.png: red" in answer.output


def test_an_unknown_model_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(png())
    answer = run("classify", tmp_path / "red.png", "--model", "nobody")
    assert answer.exit_code == 1
    assert answer.output.strip() == "no model is called 'nobody'"


def test_models_and_settings_and_version() -> None:
    assert "colors@1" in run("models").output
    assert run("version").output.strip() == __version__
    output = run("settings").output
    for name in Settings.model_fields:
        assert f"DENSIGHT_{name.upper()}=" in output


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


def test_a_bad_setting_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_PORT", "many")
    answer = run("settings")
    assert answer.exit_code == 2
    assert answer.output.startswith("DENSIGHT_PORT: ")


@pytest.mark.skipif(device.works("cuda"), reason="this machine has a CUDA device")
def test_serve_refuses_a_device_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_DEVICE", "cuda")
    answer = run("serve", "--port", 0)
    assert answer.exit_code == 1
    assert "DENSIGHT_DEVICE=cuda, but CUDAExecutionProvider can not be used" in answer.output
    assert "Traceback" not in answer.output
