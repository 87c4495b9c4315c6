"""Work on many things at once: each once, a few at a time, and an end when it is asked for."""

import threading
from collections.abc import Iterator

import pytest

from app.batch.work import each


def test_everything_is_done_once() -> None:
    made = list(each(lambda thing: thing * 2, range(100), 3, threading.Event()))
    assert sorted(made) == list(range(0, 200, 2))


def test_things_are_taken_only_when_a_thread_is_free() -> None:
    taken, together, release = [], threading.Barrier(3), threading.Event()

    def things() -> Iterator[int]:
        for thing in range(5):
            taken.append(thing)
            yield thing

    def work(thing: int) -> int:
        if thing < 2:
            together.wait()  # both threads and this test
            release.wait()
        return thing

    made: list[int] = []
    stopping = threading.Event()
    reading = threading.Thread(target=lambda: made.extend(each(work, things(), 2, stopping)))
    reading.start()
    together.wait()
    assert taken == [0, 1]
    release.set()
    reading.join()
    assert sorted(made) == [0, 1, 2, 3, 4]


def test_nothing_new_is_begun_when_it_stops() -> None:
    stopping = threading.Event()

    def work(thing: int) -> int:
        if thing == 2:
            stopping.set()
        return thing

    assert list(each(work, range(10), 1, stopping)) == [0, 1, 2]


def test_a_failure_ends_it() -> None:
    done = []

    def work(thing: int) -> int:
        if thing == 1:
            raise OSError("full")
        done.append(thing)
        return thing

    with pytest.raises(OSError, match="full"):
        list(each(work, range(10), 1, threading.Event()))
    assert done == [0]


def test_who_reads_no_further_waits_for_no_more() -> None:
    made = each(lambda thing: thing, iter(int, 1), 2, threading.Event())  # zeros without end
    assert next(made) == 0
    made.close()
