"""Memory of a server with all of its processes, as Linux counts it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Footprint:
    """Bytes in memory.

    Attributes:
        processes: how many there are.
        resident: of each, added up (`Rss` of man proc_pid_smaps); shared pages count several times.
        proportional: the same, with shared pages divided among those who share them (`Pss`).
    """

    processes: int
    resident: int
    proportional: int


def footprint(pid: int) -> Footprint:
    """Of a process and its descendants.

    Raises:
        OSError: there is no such process, it is not ours, or this is no Linux.
    """
    rollups = [(PROC / str(one) / "smaps_rollup").read_text() for one in _family(pid)]
    return Footprint(
        len(rollups),
        sum(_bytes(text, "Rss") for text in rollups),
        sum(_bytes(text, "Pss") for text in rollups),
    )


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in (PROC / str(pid) / "task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _bytes(rollup: str, key: str) -> int:
    """The value of a line such as `Rss:      1234 kB`."""
    (line,) = (line for line in rollup.splitlines() if line.startswith(f"{key}:"))
    return int(line.split()[1]) * 1024
