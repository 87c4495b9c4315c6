"""The stages of a request's work, when each of them began and ended."""

import time
from collections.abc import Iterator, Mapping

STAGES = ("decode", "queue", "infer", "encode")
"""What is timed, in the order in which `Server-Timing` names it."""


class Stages(Mapping[str, float]):
    """Seconds of each stage by its name; a stage that is set has ended just now.

    One thread after the other writes them. They may be read meanwhile: after a deadline the
    thread at work still adds some.
    """

    def __init__(self) -> None:
        self._ended: dict[str, tuple[float, int]] = {}

    def __getitem__(self, stage: str) -> float:
        return self._ended[stage][0]

    def __setitem__(self, stage: str, seconds: float) -> None:
        self._ended[stage] = (seconds, time.time_ns())

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._ended))

    def __len__(self) -> int:
        return len(self._ended)

    def intervals(self) -> Iterator[tuple[str, int, int]]:
        """The name, the start and the end of each stage, in nanoseconds since 1970."""
        for stage, (seconds, end) in list(self._ended.items()):
            yield stage, end - round(seconds * 1e9), end

    @property
    def server_timing(self) -> str:
        """Milliseconds of each stage, as the W3C's Server Timing wants them."""
        known = [name for name in STAGES if name in self]
        return ", ".join(f"{name};dur={self[name] * 1e3:.2f}" for name in known)
