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
    Sessions.open(tiny.colors(tmp_path), execution)
    assert opened == threads


def test_dense_traffic_takes_the_narrow_session() -> None:
    class Named:
        """Says which session ran."""

        def __init__(self, name: str) -> None:
            self.name = name

        def get_inputs(self) -> list[Any]:
            return []

        get_outputs = get_inputs

        def run(self, names: object, inputs: object, options: object) -> list[Any]:
            ran.append(self.name)
            return []

    ran: list[str] = []
    traffic = Traffic(lanes=2)
    two = Sessions(Named("wide"), Named("narrow"), Execution(traffic=traffic))
    with traffic:
        two.run({})
        with traffic:
            two.run({})
        two.run({})
    assert ran == ["wide", "narrow", "wide"]


def test_both_give_the_same(tmp_path: Path) -> None:
    traffic = Traffic(lanes=2)
    two = Sessions.open(tiny.colors(tmp_path), Execution(threads=2, traffic=traffic))
    two.warm_up(PIXELS)
    few = two.run(PIXELS)
    with traffic, traffic:
        many = two.run(PIXELS)
    assert few.keys() == many.keys() == {"scores", "evidence"}
    for name, values in few.items():
        np.testing.assert_array_equal(values, many[name])
