"""All that is measured of servers under load, case by case, until it is shown."""

import sys
from collections.abc import Mapping

from benchmarks import tables
from benchmarks.answers import Answers
from benchmarks.bench import Bench
from benchmarks.footprint import Footprint
from benchmarks.limit import Read
from benchmarks.service import Asked, Capacity, Lone, capacity, lone, steady


class Results:
    """By the name of a server and a case.

    Args:
        reads: the limits that servers are held to, by name; one client is held to the last.
    """

    def __init__(self, reads: Mapping[str, Read]) -> None:
        self._reads = reads
        self._many: dict[str, tuple[Asked, Capacity]] = {}
        self._lone: dict[str, Lone] = {}
        self._steady: dict[str, tuple[Lone, list[Answers]]] = {}
        self.memory: dict[str, Footprint] = {}

    def add(self, machine: Bench, name: str, asked: Asked) -> None:
        """Measure: many clients, one client, a steady stream.

        Raises:
            Failed: not every answer was good.
        """
        many = capacity(machine, asked, self._reads)
        one = lone(machine, asked, list(self._reads.values())[-1])
        stream = steady(machine, asked, many.throughput)
        self._many[name], self._lone[name], self._steady[name] = (asked, many), one, (one, stream)
        print(f"{name}: done", file=sys.stderr)

    def show(self) -> None:
        """Print the tables of what could be measured."""
        if self._many:
            tables.capacity(self._many)
            tables.lone(self._lone)
            tables.steady(self._steady)
            tables.memory("Memory of the servers after all this", self.memory)
