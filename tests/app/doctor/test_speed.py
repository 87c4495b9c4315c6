"""Speed: measured for real on the CPU; a device that fails is told of, the rest is measured."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.doctor import speed
from app.doctor.speed import picture_for, speeds
from app.runtime import device
from app.runtime.execution import ON_CPU
from app.runtime.model import Model
from tests import tiny


def test_the_cpu(tmp_path: Path) -> None:
    path = tiny.colors(tmp_path)
    (measured,) = speeds(path, replace(ON_CPU, device="cuda"), ("cpu",))
    assert measured.problem is None
    assert measured.providers == ("CPUExecutionProvider",)
    assert measured.nodes is not None
    assert measured.nodes.keys() == {"CPUExecutionProvider"}
    assert measured.milliseconds is not None
    assert measured.milliseconds > 0
    assert measured.images_per_second == pytest.approx(1e3 / measured.milliseconds)
    assert measured.times_cpu == 1
    assert measured.difference == 0


@pytest.mark.skipif(device.works("cuda"), reason="this machine has a CUDA device")
def test_a_device_that_fails(tmp_path: Path) -> None:
    on_cpu, on_cuda = speeds(tiny.colors(tmp_path), ON_CPU, ("cpu", "cuda"))
    assert on_cpu.problem is None
    assert on_cuda.problem is not None
    assert "cuda" in on_cuda.problem.lower()
    assert on_cuda.milliseconds is None


def test_a_broken_model(tmp_path: Path) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"no model")
    (measured,) = speeds(path, ON_CPU, ("cpu",))
    assert measured.problem is not None
    assert "onnxruntime can not load it" in measured.problem


def test_a_device_that_runs_no_node_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed, "nodes_by_provider", lambda *_: {"OtherExecutionProvider": 3})
    (measured,) = speeds(tiny.colors(tmp_path), ON_CPU, ("cpu",))
    assert measured.problem == "CPUExecutionProvider runs no node of the model"


def test_pictures_suit_the_model(tmp_path: Path) -> None:
    (floats,) = picture_for(Model.load(tiny.doubler(tmp_path, multiple=48))).values()
    assert floats.shape == (1, 288, 288, 3)
    assert floats.dtype == "float32"
    assert 0 <= floats.min() < floats.max() <= 1
    (integers,) = picture_for(Model.load(tiny.colors(tmp_path))).values()
    assert integers.dtype == "uint8"
    assert integers.max() > 200
