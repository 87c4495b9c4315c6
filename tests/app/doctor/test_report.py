"""The report: this machine for real, and its verdict."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.doctor.gpu import Gpu
from app.doctor.report import PREFERRED, Report, examine, model_to_measure
from app.doctor.speed import Speed
from app.doctor.text import text_of
from app.errors import ModelNotFound
from app.runtime import device
from app.runtime.cpu import cores
from app.settings import MODELS, Settings

NO_GPU = not device.works("cuda")


@pytest.fixture
def report(folder: Path) -> Report:
    return examine(Settings(models=folder, device="cpu"))


def test_this_machine(report: Report) -> None:
    assert report.works
    assert report.model == "colors"
    assert report.versions.keys() == {"densight", "python", "numpy", "pillow"}
    assert report.cores.usable == cores()
    assert "CPUExecutionProvider" in report.build.providers
    assert report.speeds[0].device == "cpu"
    assert {wish.wanted: wish.device for wish in report.wishes}["cpu"] == "cpu"
    assert json.loads(json.dumps(report.to_json()))["works"] is True


def test_as_text(report: Report) -> None:
    text = text_of(report)
    assert text.endswith("DENSIGHT_DEVICE=cpu works")
    assert "speed of colors, one picture" in text
    assert f"  {report.build.package} {report.build.version}" in text
    for library in report.libraries:
        assert f"{library.title} ({library.name})" in text
        assert library.remedy in text


@pytest.mark.skipif(not NO_GPU, reason="this machine has a CUDA device")
def test_a_device_that_is_not_there(folder: Path) -> None:
    report = examine(Settings(models=folder, device="cuda"))
    assert not report.works
    assert "cuda: does not start (cuda: " in text_of(report)
    assert [speed.device for speed in report.speeds] == ["cpu"]


def test_a_model_that_the_device_can_not_run(report: Report) -> None:
    failed = replace(report, speeds=[Speed("cpu", problem="it does not fit")])
    assert not failed.works
    assert "  cpu: it does not fit" in text_of(failed)
    other = replace(report, speeds=[*report.speeds, Speed("cuda", problem="it does not fit")])
    assert other.works


def test_a_gpu_in_words(report: Report) -> None:
    cuda = Speed("cuda", ("CUDAExecutionProvider", "CPUExecutionProvider"),
                 {"CUDAExecutionProvider": 40}, 2.0, 500.0, 31.5, 0.00012)  # fmt: skip
    text = text_of(replace(report, gpus=[Gpu(0, "H100", 80 * 2**30)], speeds=[cuda]))
    assert "  0: H100, 80.0 GiB" in text
    assert (
        "  cuda: 2.00 ms, 500.0 images/s, 31.50 times the CPU, answers differ by 0.00012, "
        "by CUDAExecutionProvider (40 nodes), CPUExecutionProvider"
    ) in text


def test_no_model(tmp_path: Path) -> None:
    report = examine(Settings(models=tmp_path, device="cpu"))
    assert report.works
    assert report.model is None
    assert "not measured: the models folder has no model" in text_of(report)


def test_which_model(folder: Path, tmp_path: Path) -> None:
    assert model_to_measure(folder, "doubler") == folder / "doubler.onnx"
    assert model_to_measure(folder) == folder / "colors.onnx"
    assert model_to_measure(MODELS) == MODELS / f"{PREFERRED}.onnx"
    assert model_to_measure(tmp_path) is None
    with pytest.raises(ModelNotFound, match=r"has no nobody\.onnx"):
        model_to_measure(folder, "nobody")
