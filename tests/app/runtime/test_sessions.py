"""Sessions: all cores for few jobs, a share of them for many."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from app.errors import NotReady
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
    sessions = Sessions(tiny.colors(tmp_path), execution)
    sessions.run(PIXELS)
    assert opened == threads[:1]
    for _ in range(2):  # what is open is not opened again
        crowded(sessions, execution.traffic)
        assert opened == threads


def crowded(sessions: Sessions, traffic: Traffic) -> None:
    """Run in traffic that is dense."""
    for _ in range(traffic.lanes + 1):
        traffic.enter()
    sessions.run(PIXELS)
    for _ in range(traffic.lanes + 1):
        traffic.leave()


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_no_narrow_session_of_another_file(
    tmp_path: Path, opened: list[int], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, traffic = tiny.colors(tmp_path), Traffic(lanes=2)
    sessions = Sessions(path, Execution(threads=2, traffic=traffic))
    if when == "before":
        path.touch()
    else:
        answers = iter([True, False])
        monkeypatch.setattr(Sessions, "_unchanged", property(lambda _: next(answers)))
    crowded(sessions, traffic)
    monkeypatch.setattr(Sessions, "_unchanged", True)
    opened.clear()
    crowded(sessions, traffic)
    assert opened == [1]  # so it had been left out


def test_a_narrow_session_that_can_not_be_opened_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path, traffic = tiny.colors(tmp_path), Traffic(lanes=2)
    sessions = Sessions(path, Execution(threads=2, traffic=traffic))
    stamp = path.stat()
    path.write_bytes(b"0" * stamp.st_size)
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with caplog.at_level("WARNING"):  # whatever a command has set before
        for _ in range(2):
            crowded(sessions, traffic)
    assert caplog.text.count("has no session for dense traffic") == 1


def test_asleep_until_it_is_run(tmp_path: Path, opened: list[int]) -> None:
    sessions = Sessions(tiny.colors(tmp_path), Execution(threads=2))
    assert not sessions.asleep
    expected = sessions.run(PIXELS)
    sessions.sleep()
    assert sessions.asleep
    assert sessions.providers == ("CPUExecutionProvider",)
    assert set(sessions.inputs) == {"image"}
    opened.clear()
    np.testing.assert_array_equal(sessions.run(PIXELS)["scores"], expected["scores"])
    sessions.run(PIXELS)
    assert opened == [2]
    assert not sessions.asleep


def test_many_wake_it_at_once(tmp_path: Path, opened: list[int]) -> None:
    sessions = Sessions(tiny.colors(tmp_path), Execution(threads=2))
    sessions.sleep()
    opened.clear()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: sessions.run(PIXELS), range(16)))
    assert opened == [2]


def test_it_does_not_wake_as_another_file(tmp_path: Path) -> None:
    path = tiny.colors(tmp_path)
    sessions = Sessions(path)
    sessions.sleep()
    path.touch()
    with pytest.raises(NotReady, match="colors@1 is being replaced"):
        sessions.run(PIXELS)


class Threads(onnxruntime.InferenceSession):
    """Says how many threads the session has that runs."""

    ran: list[int]

    def run(self, *given: Any) -> list[Any]:
        self.ran.append(self.get_session_options().intra_op_num_threads)
        return list(super().run(*given))


def test_dense_traffic_takes_the_narrow_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, traffic, ran = tiny.colors(tmp_path), Traffic(lanes=2), list[int]()
    monkeypatch.setattr(Threads, "ran", ran, raising=False)
    monkeypatch.setattr(session.onnxruntime, "InferenceSession", Threads)
    sessions = Sessions(path, Execution(threads=2, traffic=traffic))
    with traffic, traffic:
        sessions.run(PIXELS)
    with traffic, traffic, traffic:
        sessions.run(PIXELS)
    with traffic, traffic:
        sessions.run(PIXELS)
    assert ran == [2, 1, 2]


@pytest.mark.parametrize(("others", "threads"), [(0, 2), (1, 1)])
def test_who_would_take_the_last_lane_waits_for_another_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: int, threads: int
) -> None:
    begun, asked, release = threading.Event(), threading.Event(), threading.Event()
    traffic, ran = Traffic(lanes=2), list[int]()

    class Held(Threads):
        """The first run lasts until it is let go."""

        def run(self, *given: Any) -> list[Any]:
            outputs = super().run(*given)
            if not begun.is_set():
                begun.set()
                release.wait()
            return outputs

    class Lanes(threading.Semaphore):
        """Tells when somebody comes after the first run has begun."""

        def acquire(self, *given: Any, **named: Any) -> bool:
            if begun.is_set():
                asked.set()
            return super().acquire(*given, **named)

    def job() -> None:
        with traffic:
            sessions.run(PIXELS)

    monkeypatch.setattr(Threads, "ran", ran, raising=False)
    monkeypatch.setattr(session.onnxruntime, "InferenceSession", Held)
    monkeypatch.setattr("app.runtime.sessions.threading.Semaphore", Lanes)
    monkeypatch.setattr("app.runtime.sessions.PATIENCE", threading.TIMEOUT_MAX)
    path = tiny.colors(tmp_path)
    sessions = Sessions(path, Execution(threads=2, traffic=traffic))
    jobs = [threading.Thread(target=job) for _ in "ab"]
    jobs[0].start()
    begun.wait()
    jobs[1].start()
    asked.wait()
    assert ran == [2]
    # What comes meanwhile makes traffic dense, for the one that waits, too.
    for _ in range(2 * others):
        traffic.enter()
    release.set()
    for thread in jobs:
        thread.join()
    assert ran == [2, threads]


def test_nobody_waits_long_for_a_long_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    traffic, ran = Traffic(lanes=2), list[int]()

    class Nested(Threads):
        """While the wide session runs, somebody else asks."""

        def run(self, *given: Any) -> list[Any]:
            outputs = super().run(*given)
            if len(ran) == 1:
                with traffic:
                    sessions.run(PIXELS)
            return outputs

    monkeypatch.setattr(Threads, "ran", ran, raising=False)
    monkeypatch.setattr(session.onnxruntime, "InferenceSession", Nested)
    monkeypatch.setattr("app.runtime.sessions.PATIENCE", 0.0)
    path = tiny.colors(tmp_path)
    sessions = Sessions(path, Execution(threads=2, traffic=traffic))
    with traffic:
        sessions.run(PIXELS)
    assert ran == [2, 1]


def test_both_give_the_same(tmp_path: Path) -> None:
    traffic = Traffic(lanes=2)
    path = tiny.colors(tmp_path)
    two = Sessions(path, Execution(threads=2, traffic=traffic))
    few = two.run(PIXELS)
    with traffic, traffic, traffic:
        many = two.run(PIXELS)
    assert few.keys() == many.keys() == {"scores", "evidence"}
    for name, values in few.items():
        np.testing.assert_array_equal(values, many[name])
