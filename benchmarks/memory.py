"""Memory of a process over time, as Linux counts it, and whether it grows."""

import os
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

EVERY = 2.0
"""Seconds between two samples."""

SETTLED = 180.0
"""Seconds after which a service under load has all that it needs."""

WINDOW = 300.0
"""Seconds whose median stands for their time: what a minute needs depends on its pictures."""


@dataclass(frozen=True)
class Sample:
    """Resident memory at a moment.

    Attributes:
        seconds: since the load began.
        bytes: of the process' pages that are in memory (`man proc_pid_statm`, resident).
    """

    seconds: float
    bytes: int


def resident(pid: int) -> int:
    """Bytes of a process that are in memory now.

    Raises:
        OSError: there is no such process, or this is no Linux.
    """
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def sampled(pid: int) -> Iterator[list[Sample]]:
    """Samples of a process every few seconds, for as long as the block lasts."""
    samples: list[Sample] = []
    started = time.perf_counter()
    ending = threading.Event()

    def watch() -> None:
        while True:
            samples.append(Sample(time.perf_counter() - started, resident(pid)))
            if ending.wait(EVERY):
                return

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield samples
    finally:
        ending.set()
        watching.join()


def growth(samples: Sequence[Sample], settled: float = SETTLED) -> float:
    """How much larger the end is than what it was once settled: 0.05 is 5 % more.

    Medians of two windows of equal length are compared, of `WINDOW` or half of what there is: the
    one that begins when it is settled and the one that ends with the last sample.

    Raises:
        ValueError: there are no two samples after that.
    """
    after = [s for s in samples if s.seconds >= settled]
    if len(after) < 2:
        raise ValueError(f"there is nothing to compare within {settled:g} s")
    begin, end = after[0].seconds, after[-1].seconds
    window = min(WINDOW, (end - begin) / 2)
    first = statistics.median(s.bytes for s in after if s.seconds <= begin + window)
    last = statistics.median(s.bytes for s in after if s.seconds >= end - window)
    return last / first - 1


def table(samples: Sequence[Sample]) -> str:
    """Minute by minute: the median and the most of its samples, in MB (10^6 bytes)."""
    minutes: dict[int, list[int]] = {}
    for s in samples:
        minutes.setdefault(int(s.seconds // 60), []).append(s.bytes)
    rows = [
        f"{minute + 1:6} {statistics.median(sizes) / 1e6:9.0f} {max(sizes) / 1e6:7.0f}"
        for minute, sizes in minutes.items()
    ]
    return "\n".join(["minute median MB  max MB", *rows])
