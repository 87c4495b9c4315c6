"""Batches: what waits together runs together, and nobody pays for another's fault."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest

from app.runtime.batches import Arrays, Batches


class Graph:
    """Doubles its input and fails on 13; while it is held, its first run waits to begin."""

    def __init__(self) -> None:
        self.runs: list[list[int]] = []
        self.begun, self.release = threading.Event(), threading.Event()
        self.release.set()

    def __call__(self, inputs: Arrays) -> Arrays:
        self.begun.set()
        self.release.wait()
        rows = inputs["x"]
        self.runs.append(rows.reshape(len(rows), -1)[:, 0].tolist())
        if (rows == 13).any():
            raise ValueError("thirteen")
        return {"y": rows * 2}


def row(value: int, *, rows: int = 1, side: int = 1) -> Arrays:
    return {"x": np.full((rows, side), value)}


@contextmanager
def waiting(
    batches: Batches, graph: Graph, *inputs: Arrays
) -> Iterator[tuple[Future[Arrays], list[Future[Arrays]]]]:
    """Let one run begin and the inputs wait behind it, in this order; then let all go on."""
    graph.release.clear()
    with ThreadPoolExecutor() as threads:
        first = threads.submit(batches.run, row(0))
        graph.begun.wait()
        others = []
        for place, one in enumerate(inputs):
            others.append(threads.submit(batches.run, one))
            until(lambda behind=place + 1: batches.waiting == behind)
        graph.release.set()
        yield first, others


def until(true: Callable[[], bool]) -> None:
    while not true():
        pass


def test_an_idle_graph_runs_at_once() -> None:
    graph = Graph()
    assert Batches(graph, 4).run(row(3))["y"].tolist() == [[6]]
    assert graph.runs == [[3]]


def test_what_waits_goes_together_and_everyone_gets_his_own() -> None:
    graph = Graph()
    batches = Batches(graph, 4)
    with waiting(batches, graph, row(1), row(2), row(3)) as (first, others):
        assert first.result()["y"].tolist() == [[0]]
        assert [one.result()["y"].tolist() for one in others] == [[[2]], [[4]], [[6]]]
    assert graph.runs == [[0], [1, 2, 3]]
    assert batches.sizes == {1: 1, 3: 1}


def test_no_batch_is_larger_than_allowed() -> None:
    graph = Graph()
    with waiting(Batches(graph, 2), graph, *map(row, (1, 2, 3))) as (_, others):
        assert [one.result()["y"].item() for one in others] == [2, 4, 6]
    assert graph.runs == [[0], [1, 2], [3]]


def test_rows_are_counted_not_callers() -> None:
    graph = Graph()
    inputs = row(1, rows=2), row(2, rows=2), row(3)
    with waiting(Batches(graph, 3), graph, *inputs) as (_, others):
        assert [one.result()["y"].tolist() for one in others] == [[[2], [2]], [[4], [4]], [[6]]]
    assert graph.runs == [[0], [1, 1, 3], [2, 2]]


def test_one_who_brings_more_than_a_batch_is_run_alone() -> None:
    graph = Graph()
    assert Batches(graph, 2).run(row(1, rows=5))["y"].tolist() == [[2]] * 5
    assert graph.runs == [[1] * 5]


@pytest.mark.parametrize("other", [row(2, side=2), {"x": np.full((1, 1), 2.0)}])
def test_only_rows_of_one_shape_and_type_go_together(other: Arrays) -> None:
    graph = Graph()
    with waiting(Batches(graph, 4), graph, row(1), other, row(3)) as (_, others):
        assert [one.result()["y"].flat[0] for one in others] == [2, 4, 6]
    assert graph.runs == [[0], [1, 3], [2]]


def test_only_the_guilty_one_fails() -> None:
    graph = Graph()
    with waiting(Batches(graph, 4), graph, row(1), row(13), row(2)) as (_, others):
        assert others[0].result()["y"].item() == 2
        with pytest.raises(ValueError, match="thirteen"):
            others[1].result()
        assert others[2].result()["y"].item() == 4
    assert graph.runs == [[0], [1, 13, 2], [1], [13], [2]]


def test_it_goes_on_after_a_failure() -> None:
    batches = Batches(Graph(), 4)
    with pytest.raises(ValueError, match="thirteen"):
        batches.run(row(13))
    assert batches.run(row(1))["y"].item() == 2


def test_more_runs_than_one_may_go_on_at_once() -> None:
    graph = Graph()
    graph.release.clear()
    batches = Batches(graph, 4, at_once=2)
    with ThreadPoolExecutor() as threads:
        answers = [threads.submit(batches.run, row(value)) for value in (1, 2)]
        until(lambda: batches.running == 2)
        graph.release.set()
        assert [one.result()["y"].item() for one in answers] == [2, 4]
    assert batches.sizes == {1: 2}


def test_a_crowd_gets_its_answers() -> None:
    batches = Batches(Graph(), 5)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda value: batches.run(row(value)), range(14, 600)))
    assert [answer["y"].item() for answer in answers] == [2 * value for value in range(14, 600)]
    assert sum(size * runs for size, runs in batches.sizes.items()) == len(answers)
    assert (batches.running, batches.waiting) == (0, 0)
