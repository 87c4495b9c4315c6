"""Runs of a session: memory that comes back, and graphs that are bound to their memory."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

from app.errors import OutOfMemory
from app.runtime import runs
from app.runtime.execution import ON_CPU
from app.runtime.memory import give_back
from app.runtime.runs import CapturedRuns, PlainRuns, telling_of_memory
from app.runtime.session import opened
from tests import tiny
from tests.conftest import ROOT


class Session:
    """A session that notes with which options it is run."""

    def __init__(self, path: Path) -> None:
        self._session = opened(path, ON_CPU)
        self.shrunk: list[bool] = []
        self.graphs: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def run(self, names: Any, inputs: Any, options: onnxruntime.RunOptions | None = None) -> Any:
        self.shrunk.append(options is not None)
        if options is not None:
            self._note(options)
        return self._session.run(names, inputs, options)

    def run_with_iobinding(self, binding: Any, options: onnxruntime.RunOptions) -> None:
        self._note(options)
        self._session.run_with_iobinding(binding, options)

    def _note(self, options: onnxruntime.RunOptions) -> None:
        try:
            self.graphs.append(options.get_run_config_entry("gpu_graph_id"))
        except RuntimeError:  # it has no such entry
            return


def image(batch: int = 1, value: int = 0) -> dict[str, Any]:
    return {"image": np.full((batch, 8, 8, 3), value, np.uint8)}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A clock that goes when it is told."""
    now = [100.0]
    monkeypatch.setattr(runs.time, "monotonic", lambda: now[0])

    def go(seconds: float) -> None:
        now[0] += seconds

    return go


def test_memory_is_given_back_now_and_then(tmp_path: Path, clock: Callable[[float], None]) -> None:
    session = Session(tiny.colors(tmp_path))
    run = PlainRuns(session, replace(ON_CPU, return_memory=10))
    for seconds in (0, 9, 1, 0, 9, 20, 0):
        clock(seconds)
        run(image())
    assert session.shrunk == [False, False, True, False, False, True, False]


def test_memory_is_given_back_always_or_never(tmp_path: Path) -> None:
    path = tiny.colors(tmp_path)
    for every, shrunk in ((0.0, [True, True]), (float("inf"), [False, False])):
        session = Session(path)
        run = PlainRuns(session, replace(ON_CPU, return_memory=every))
        run(image())
        run(image())
        assert session.shrunk == shrunk


def test_given_back_memory_leaves_the_process() -> None:
    """After one large picture and a small one, on the real network whose arena grows most."""
    held = {}
    for every in (0.0, float("inf")):
        run = PlainRuns(
            opened(ROOT / "models" / "srdensenet-x4.onnx", ON_CPU),
            replace(ON_CPU, return_memory=every),
        )
        run({"image": np.zeros((1, 16, 16, 3), np.float32)})
        before = resident()
        run({"image": np.zeros((1, 96, 96, 3), np.float32)})
        run({"image": np.zeros((1, 16, 16, 3), np.float32)})
        held[every] = resident() - before
    assert held[0.0] < held[float("inf")] / 2


def test_bound_runs_answer_as_plain_ones(tmp_path: Path) -> None:
    session = Session(tiny.colors(tmp_path))
    plain, captured = PlainRuns(session, ON_CPU), CapturedRuns(session, 0, device="cpu")
    first = captured(image(2, 7))
    kept = {name: array.copy() for name, array in first.items()}
    for batch, value in ((2, 200), (1, 3), (2, 50)):
        found, wanted = captured(image(batch, value)), plain(image(batch, value))
        assert found.keys() == wanted.keys()
        for name, array in wanted.items():
            np.testing.assert_array_equal(found[name], array)
    for name, array in kept.items():
        np.testing.assert_array_equal(first[name], array)  # later runs do not write into it
    strided = {"image": np.zeros((1, 8, 8, 6), np.uint8)[..., ::2]}
    assert captured(strided)["scores"].shape == (1, 3)


def test_each_batch_has_a_graph_of_its_own(tmp_path: Path) -> None:
    session = Session(tiny.colors(tmp_path))
    captured = CapturedRuns(session, 0, device="cpu")
    for batch in (1, 2, 1, 2):
        captured(image(batch))
    assert session.graphs == ["-1", "1", "-1", "2", "1", "2"]


def test_graphs_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "CAPTURED", 1)
    session = Session(tiny.colors(tmp_path))
    captured = CapturedRuns(session, 0, device="cpu")
    for batch in (1, 2, 2, 1):
        assert captured(image(batch))["scores"].shape == (batch, 3)
    assert session.graphs == ["-1", "1", "-1", "-1", "1"]


def test_wrong_inputs_are_refused_and_nothing_is_captured(tmp_path: Path) -> None:
    session = Session(tiny.colors(tmp_path))
    captured = CapturedRuns(session, 0, device="cpu")
    with pytest.raises(Exception, match="INVALID_ARGUMENT"):
        captured({"image": np.zeros((1, 8, 8, 3), np.float32)})
    captured(image())
    assert session.graphs == ["-1", "-1", "1"]


def resident() -> int:
    """Bytes of this process in memory, without those that the C library keeps for later."""
    give_back()
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        MemoryError("std::bad_alloc"),
        RuntimeException("[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer"),
        Fail("[ONNXRuntimeError] : 1 : FAIL : Non-zero status code: std::bad_alloc"),
        RuntimeException("CUDA failure 2: out of memory ; GPU=0 ; file=cuda_allocator.cc"),
        Fail("CUDNN failure 4000: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"),
        Fail("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0"),
        RuntimeException("bfc_arena.cc Available memory of 1 is smaller than requested bytes of 2"),
    ],
)
def test_what_says_that_memory_is_short(error: Exception) -> None:
    with pytest.raises(OutOfMemory) as raised, telling_of_memory():
        raise error
    assert raised.value.__cause__ is error
    assert raised.value.facts == {"retry_after": 1}


@pytest.mark.parametrize(
    "error",
    [
        InvalidArgument("[ONNXRuntimeError] : 2 : Got invalid dimensions for input: image"),
        RuntimeException("CUDA failure 700: an illegal memory access was encountered"),
        ValueError("memory"),
    ],
)
def test_what_says_something_else(error: Exception) -> None:
    with pytest.raises(type(error)), telling_of_memory():
        raise error
