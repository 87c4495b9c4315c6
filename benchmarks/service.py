"""How fast a server is beside the limit: many clients, one client, and a steady stream."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.runtime.cpu import cores
from benchmarks.answers import Answers
from benchmarks.bench import Bench
from benchmarks.cases import Case
from benchmarks.limit import Limit, Read, Way, alone, busy
from benchmarks.loops import arrivals
from benchmarks.ratio import Ratio

CLIENTS = 16

LOAD = 0.7
"""Share of its own capacity that a steady stream asks of a server."""


@dataclass(frozen=True)
class Asked:
    """A server with what it is asked.

    Attributes:
        port: of the server.
        case: model and pictures.
        pictures: files.
        requests: the same as requests to this server.
    """

    port: int
    case: Case
    pictures: Sequence[bytes]
    requests: Sequence[bytes]


@dataclass(frozen=True)
class Capacity:
    """Answers a second to many clients, and pictures a second without a server.

    Attributes:
        answers: one load a round.
        limits: by how files were read; one measurement a round.
        ways: how the work was divided for them.
    """

    answers: list[Answers]
    limits: Mapping[str, list[Limit]]
    ways: Mapping[str, Way]

    @property
    def throughput(self) -> float:
        """Median over the rounds, in answers a second."""
        return statistics.median(one.throughput for one in self.answers)

    def limit(self, name: str) -> float:
        """Median over the rounds, in pictures a second."""
        return statistics.median(one.throughput for one in self.limits[name])

    def ratio(self, name: str) -> Ratio:
        """Answers over pictures."""
        return Ratio.of(
            [one.throughput for one in self.answers],
            [one.throughput for one in self.limits[name]],
        )


def capacity(bench: Bench, asked: Asked, reads: Mapping[str, Read]) -> Capacity:
    """Let 16 clients ask as fast as they are answered.

    Raises:
        Failed: not every answer was good.
    """
    case, pictures = asked.case, asked.pictures
    ways = busy(cores(), bench.effort.batches)
    best = {name: bench.best(case, pictures, read, ways) for name, read in reads.items()}
    counts = {name: bench.count(rate, bench.effort.seconds) for name, (_, rate) in best.items()}
    limits: dict[str, list[Limit]] = {name: [] for name in reads}
    answers = []
    count = CLIENTS
    for number in range(bench.effort.rounds + 1):
        answer = bench.closed(asked.port, asked.requests, clients=CLIENTS, count=count)
        count = max(CLIENTS, bench.count(answer.throughput, bench.effort.seconds))
        if number == 0:  # it woke the server, and told how many requests fill a round
            continue
        answers.append(answer)
        for name, read in reads.items():
            limits[name].append(bench.bare(case, pictures, read, best[name][0], counts[name]))
    return Capacity(answers, limits, {name: way for name, (way, _) in best.items()})


@dataclass(frozen=True)
class Lone:
    """One client beside one picture at a time without a server, on all cores.

    Attributes:
        answers: one load a round.
        limits: one measurement a round.
    """

    answers: list[Answers]
    limits: list[Limit]

    @property
    def p50(self) -> float:
        """Median over the rounds, in seconds."""
        return statistics.median(one.percentile(50) for one in self.answers)

    @property
    def limit(self) -> float:
        """Likewise, without a server."""
        return statistics.median(one.median for one in self.limits)

    @property
    def ratio(self) -> Ratio:
        """The former over the latter."""
        return Ratio.of(
            [one.percentile(50) for one in self.answers], [one.median for one in self.limits]
        )


def lone(bench: Bench, asked: Asked, read: Read) -> Lone:
    """Let one client ask.

    Raises:
        Failed: not every answer was good.
    """
    way, rate = bench.best(asked.case, asked.pictures, read, alone(cores()))
    count = bench.count(rate, bench.effort.seconds)
    answers, limits = [], []
    for _ in range(bench.effort.rounds):
        answers.append(bench.closed(asked.port, asked.requests, clients=1, count=count))
        limits.append(bench.bare(asked.case, asked.pictures, read, way, count))
    return Lone(answers, limits)


def steady(bench: Bench, asked: Asked, throughput: float) -> list[Answers]:
    """Ask at random moments, `LOAD` as often as the server can answer, once in every round."""
    rate = LOAD * throughput
    count = bench.count(rate, bench.effort.steady)
    return [
        bench.opened(asked.port, asked.requests, arrivals(rate, count, seed=seed))
        for seed in range(bench.effort.rounds)
    ]
