"""The closed loop: who asks how often, what is counted, and how it is told."""

import threading
from collections import Counter

import pytest

from app.bench import Measured, closed_loop
from app.errors import QueueFull


def test_each_client_asks_at_least_once() -> None:
    asked: list[int] = []
    clients = [lambda number=number: asked.append(number) for number in range(5)]
    measured = closed_loop(clients, 0, str)
    assert sorted(asked) == [0, 1, 2, 3, 4]
    assert len(measured.latencies) == 5
    assert all(latency > 0 for latency in measured.latencies)
    assert measured.seconds >= max(measured.latencies)


def test_clients_ask_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=60)
    measured = closed_loop([together.wait] * 3, 0, str)
    assert len(measured.latencies) == 3


def test_a_client_asks_until_the_time_is_over() -> None:
    asked = [0]

    def ask() -> None:
        asked[0] += 1

    measured = closed_loop([ask], 0.05, str)
    assert len(measured.latencies) == asked[0] > 1
    assert measured.seconds >= 0.05


def test_failures_are_counted_by_kind_and_not_as_answers() -> None:
    failures = iter([QueueFull("full"), None, OSError("gone"), QueueFull("full")])
    lock = threading.Lock()

    def ask() -> None:
        with lock:
            failure = next(failures)
        if failure is not None:
            raise failure

    measured = closed_loop([ask] * 4, 0, lambda error: type(error).__name__)
    assert measured.errors == {"QueueFull": 2, "OSError": 1}
    assert len(measured.latencies) == 1
    assert measured.to_json()["failed"] == 3


def test_a_fault_of_the_program_is_no_failure_to_count() -> None:
    def ask() -> None:
        raise ZeroDivisionError

    def kind_of(error: Exception) -> str:
        raise error

    with pytest.raises(ZeroDivisionError):
        closed_loop([ask], 0, kind_of)


def test_percentiles_are_of_requests_that_there_were() -> None:
    """By nearest rank: of 200 requests p95 is the 190th and p99 the 198th."""
    latencies = tuple(number / 1000 for number in range(200, 0, -1))
    members = Measured(4.0, latencies, Counter()).to_json()
    assert members["milliseconds"] == {"p50": 100.0, "p95": 190.0, "p99": 198.0}
    assert members["per_second"] == 50.0
    assert members["answered"] == 200
    assert members["failed"] == 0


def test_without_an_answer_there_are_no_latencies() -> None:
    assert "milliseconds" not in Measured(1.0, (), Counter(gone=1)).to_json()
