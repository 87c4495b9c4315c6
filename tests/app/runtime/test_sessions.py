"""Sessions: all cores for few jobs, a share of them for many."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from app.runtime import session
from app.runtime.execution import Execution
from app.runtime.sessions import Sessions
from app.runtime.traffic import Traffic
from tests import tiny

PIXELS = {"image": np.zeros((1, 8, 8, 3), np.uint8)}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The threads of each session that onnxruntime is asked for."""
    threads = []

    class Session(onnxruntime.InferenceSession):
        def __init__(
            self, path: Path, options: onnxruntime.SessionOptions, *rest: Any, **named: Any
        ) -> None:
            threads.append(options.intra_op_num_threads)
            super().__init__(path, options, *rest, **named)

    monkeypatch.setattr(session.onnxruntime, "InferenceSession", Session)
    return threads


@pytest.mark.parametrize(
    ("execution", "threads"),
    [
        (Execution(threads=1), [1]),
        (Execution(threads=4), [4]),
        (Execution(threads=4, traffic=Traffic(lanes=4)), [4, 1]),
        (Execution(threads=8, traffic=Traffic(lanes=4)), [8, 2]),
        (Execution(threads=2, traffic=Traffic(lanes=8)), [2, 1]),
        (Execution(threads=1, traffic=Traffic(lanes=8)), [1]),
        (Execution(threads=4, traffic=Traffic(lanes=4), max_batch=8), [4]),
    ],
)
def test_threads_of_its_sessions(
    tmp_path: Path, opened: list[int], execution: Execution, threads: list[int]
) -> None:
    path = tiny.colors(tmp_path)
    sessions = Sessions.open(path, execution)
    assert opened == threads[:1]
    for _ in range(2):  # what is open is not opened again
        sessions.open_narrow(path)
        assert opened == threads


@pytest.mark.parametrize("answers", [[False], [True, False]])
def test_no_narrow_session_of_another_file(
    tmp_path: Path, opened: list[int], answers: list[bool]
) -> None:
    path = tiny.colors(tmp_path)
    sessions = Sessions.open(path, Execution(threads=2, traffic=Traffic(lanes=2)))
    sessions.open_narrow(path, iter(answers).__next__)
    opened.clear()
    sessions.open_narrow(path)
    assert opened == [1]  # so it had been left out


def test_dense_traffic_takes_the_narrow_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, traffic, ran = tiny.colors(tmp_path), Traffic(lanes=2), []

    class Session(onnxruntime.InferenceSession):
        """Says how many threads the session has that ran."""

        def run(self, *given: Any) -> list[Any]:
            ran.append(self.get_session_options().intra_op_num_threads)
            return list(super().run(*given))

    monkeypatch.setattr(session.onnxruntime, "InferenceSession", Session)
    sessions = Sessions.open(path, Execution(threads=2, traffic=traffic))
    with traffic, traffic:
        sessions.run(PIXELS)
    sessions.open_narrow(path)
    with traffic:
        sessions.run(PIXELS)
        with traffic:
            sessions.run(PIXELS)
        sessions.run(PIXELS)
    assert ran == [2, 2, 1, 2]


def test_both_give_the_same(tmp_path: Path) -> None:
    traffic = Traffic(lanes=2)
    path = tiny.colors(tmp_path)
    two = Sessions.open(path, Execution(threads=2, traffic=traffic))
    two.open_narrow(path)
    few = two.run(PIXELS)
    with traffic, traffic:
        many = two.run(PIXELS)
    assert few.keys() == many.keys() == {"scores", "evidence"}
    for name, values in few.items():
        np.testing.assert_array_equal(values, many[name])
