"""Loops: as many requests as were asked for, at the times that were asked for, whoever answers."""

import threading

import numpy as np
import pytest

from app.tasks import TASKS
from benchmarks.connection import post
from benchmarks.loops import arrivals, closed, opened
from tests.benchmarks.counting import counting
from tests.conftest import Make, held, png, serving

HOST = "127.0.0.1"
REQUESTS = [post("/", body) for body in (b"one", b"two", b"three")]


def test_a_closed_loop_sends_the_count_by_turns() -> None:
    with counting() as server:
        answers = closed(HOST, server.port, REQUESTS, clients=4, count=30)
        assert server.bodies == {b"one": 10, b"two": 10, b"three": 10}
        assert server.connections == 4
    assert len(answers.latencies) == len(answers.statuses) == 30
    assert answers.failed == 0
    assert 0 < answers.latencies.min() <= answers.latencies.max() <= answers.seconds
    assert answers.throughput == pytest.approx(30 / answers.seconds)
    assert answers.cost > 0
    assert (answers.late == 0).all()


def test_as_many_requests_are_under_way_as_there_are_clients() -> None:
    together = threading.Barrier(5)  # fewer would wait for ever, and more would break the count

    def answer(body: bytes) -> int:
        together.wait(timeout=60)
        return 200

    with counting(answer) as server:
        assert closed(HOST, server.port, REQUESTS, clients=5, count=20).failed == 0


def test_a_closed_loop_ends_when_its_seconds_are_over() -> None:
    with counting() as server:
        answers = closed(HOST, server.port, REQUESTS, clients=2, seconds=0.05)
        assert len(answers.latencies) == server.bodies.total() > 0


def test_failures_are_counted_and_are_no_throughput() -> None:
    with counting(lambda body: 503 if body == b"two" else 200) as server:
        answers = closed(HOST, server.port, REQUESTS, clients=1, count=9)
    assert answers.failed == 3
    assert answers.throughput == pytest.approx(6 / answers.seconds)
    assert list(answers.statuses) == [200, 503, 200] * 3


def test_refusals_that_say_when_to_ask_again(make_app: Make) -> None:
    with serving(make_app(workers=1, queue=0)) as client:
        port = client.base_url.port or 80
        ask = [post("/v1/classification", png(), "image/png")]
        accepted = threading.Thread(
            target=closed, args=[HOST, port, ask], kwargs={"clients": 1, "count": 1}
        )
        with held(TASKS["classification"]) as begun:
            accepted.start()
            begun.wait()
            full = closed(HOST, port, ask, clients=1, count=2)
        accepted.join()
        unknown = closed(HOST, port, [post("/nowhere", b"")], clients=1, count=1)
    assert (list(full.statuses), list(full.again)) == ([503, 503], [True, True])
    assert (list(unknown.statuses), list(unknown.again)) == ([404], [False])


def test_a_server_that_hangs_up_ends_the_load() -> None:
    with counting(lambda body: 0) as server, pytest.raises(ConnectionResetError):
        closed(HOST, server.port, REQUESTS, clients=2, count=4)


def test_an_open_loop_waits_for_no_answer_and_counts_from_the_intended_time() -> None:
    times = arrivals(500, 12, seed=1)
    # Nothing is answered before the last request has come.
    together = threading.Barrier(len(times))

    def answer(body: bytes) -> int:
        together.wait(timeout=60)
        return 200

    with counting(answer) as server:
        answers = opened(HOST, server.port, REQUESTS, times)
        assert server.bodies == {b"one": 4, b"two": 4, b"three": 4}
        assert server.connections == len(times)
    assert (answers.latencies > times[-1] - times).all()
    assert (answers.late >= 0).all()
    assert (answers.late < answers.latencies).all()


def test_an_open_loop_connects_again_where_the_server_has_hung_up() -> None:
    with counting(keep=False) as server:
        answers = opened(HOST, server.port, REQUESTS, arrivals(100, 9))
        assert server.connections >= 9
    assert answers.failed == 0
    assert len(answers.statuses) == 9


def test_arrivals_follow_the_rate_and_the_seed() -> None:
    times = arrivals(20, 20_000, seed=3)
    assert times[0] == 0
    gaps = np.diff(times)
    assert (gaps >= 0).all()
    # Of an exponential distribution the standard deviation equals the mean.
    assert gaps.mean() == pytest.approx(1 / 20, rel=0.03)
    assert gaps.std() == pytest.approx(1 / 20, rel=0.03)
    assert np.array_equal(times, arrivals(20, 20_000, seed=3))
    assert not np.array_equal(times, arrivals(20, 20_000, seed=4))


def test_arrivals_at_equal_distances() -> None:
    assert arrivals(4, 5, poisson=False) == pytest.approx([0, 0.25, 0.5, 0.75, 1])
