"""The notes on one request: its ids, what it asks of which model, and how that went."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.types import Scope

from app.http.stages import Stages


@dataclass
class Trace:
    """Made by `Tracing` when a request comes, filled by whoever works on it.

    Attributes:
        request_id: the client's own, or a new one.
        trace_id: of the distributed trace that the request belongs to; 32 hexadecimal digits.
        task: what is asked, if it is work for a model.
        model: `name@version` of the one that answers.
        tiles: `exact` or `approximate` where a picture was cut.
        problem: what kind of failure it was answered with, such as `queue-full`.
        stages: how long the parts of the work took.
    """

    request_id: str
    trace_id: str | None = None
    task: str | None = None
    model: str | None = None
    tiles: str | None = None
    problem: str | None = None
    stages: Stages = field(default_factory=Stages)

    @property
    def facts(self) -> dict[str, str | None]:
        """What logs and spans tell of it; `None` is not known."""
        return {
            "request_id": self.request_id,
            "task": self.task,
            "model": self.model,
            "problem": self.problem,
        }

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Note how long the block takes, even if it fails."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.stages[stage] = time.perf_counter() - started

    def cut(self, exact: bool) -> None:
        """Note that the picture is cut into tiles, and whether they equal the whole."""
        self.tiles = "exact" if exact else "approximate"


def trace_of(scope: Scope) -> Trace:
    """The notes on the request of an ASGI scope."""
    trace: Trace = scope["state"]["trace"]
    return trace
