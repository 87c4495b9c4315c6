"""The bench on which a server and the limit are measured by turns, each by a process of its own."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from benchmarks import limit, loops
from benchmarks.answers import Answers, Seconds
from benchmarks.cases import Case
from benchmarks.limit import Limit, Read, Way
from benchmarks.process import HOST

A = ParamSpec("A")
R = TypeVar("R")


@dataclass(frozen=True)
class Effort:
    """How long things are measured.

    Attributes:
        rounds: of each ratio.
        seconds: of one measurement in a round.
        steady: seconds of an open loop, of which there is one in a round, too.
        trial: seconds of each way to divide the work, before the best one is taken.
        batches: pictures that a run may take on such a trial.
        least: pictures or requests of any measurement.
        starts: of the service, each from nothing.
    """

    rounds: int
    seconds: float
    steady: float
    trial: float
    batches: tuple[int, ...]
    least: int
    starts: int


FULL = Effort(rounds=3, seconds=6, steady=15, trial=2, batches=(1, 8), least=48, starts=3)
QUICK = Effort(rounds=2, seconds=0.5, steady=1, trial=0.2, batches=(1,), least=4, starts=1)
"""Shows that everything works; its figures mean nothing."""


class Failed(Exception):
    """A server gave other answers than 200, so its speed means nothing."""


@dataclass(frozen=True)
class Bench:
    """Both processes, and how long they work."""

    effort: Effort
    _clients: Executor
    _bare: Executor
    _best: dict[tuple[Case, Read, tuple[Way, ...]], tuple[Way, float]] = field(default_factory=dict)

    def closed(self, port: int, requests: Sequence[bytes], *, clients: int, count: int) -> Answers:
        """As `loops.closed`.

        Raises:
            Failed: not every answer was good.
        """
        ask = self._clients.submit
        return _good(ask(loops.closed, HOST, port, requests, clients=clients, count=count).result())

    def opened(self, port: int, requests: Sequence[bytes], times: Seconds) -> Answers:
        """As `loops.opened`: a queue that a burst fills refuses, which is an answer as well."""
        return self._clients.submit(loops.opened, HOST, port, requests, times).result()

    def bare(
        self, case: Case, pictures: Sequence[bytes], read: Read, way: Way, count: int
    ) -> Limit:
        """As `limit.measure`."""
        return self.apart(limit.measure, case.path, pictures, read, way, count)

    def apart(self, function: Callable[A, R], *given: A.args, **named: A.kwargs) -> R:
        """Call a function in the process where there is no server and no client."""
        return self._bare.submit(function, *given, **named).result()

    def count(self, rate: float, seconds: float) -> int:
        """How many fill so many seconds."""
        return max(self.effort.least, round(rate * seconds))

    def best(
        self, case: Case, pictures: Sequence[bytes], read: Read, ways: Sequence[Way]
    ) -> tuple[Way, float]:
        """The fastest of several ways, and its pictures a second; tried by the first call only."""
        key = case, read, tuple(ways)
        if key not in self._best:
            found = {}
            for way in ways:
                rate = self.bare(case, pictures, read, way, self.effort.least).throughput
                count = self.count(rate, self.effort.trial)
                found[way] = self.bare(case, pictures, read, way, count).throughput
            way = max(found, key=found.__getitem__)
            self._best[key] = way, found[way]
        return self._best[key]


@contextmanager
def bench(effort: Effort) -> Iterator[Bench]:
    """Start both processes, end them with the block."""
    context = multiprocessing.get_context("spawn")  # of a fork the threads would be missing
    with (
        ProcessPoolExecutor(1, mp_context=context) as clients,
        ProcessPoolExecutor(1, mp_context=context) as bare,
    ):
        yield Bench(effort, clients, bare)


def _good(answers: Answers) -> Answers:
    if answers.failed:
        raise Failed(str(answers))
    return answers
