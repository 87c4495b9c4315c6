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
    _inner: float = field(default=0.0, init=False, repr=False)

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
        """Note how long the block takes, even if it fails.

        A stage may go on within another one, and more than once: its time is added up, and is not
        counted to the other.
        """
        started, outer = time.perf_counter(), self._inner
        self._inner = 0.0
        try:
            yield
        finally:
            taken = time.perf_counter() - started
            self.stages[stage] = self.stages.get(stage, 0.0) + taken - self._inner
            self._inner = outer + taken

    def cut(self, exact: bool) -> None:
        """Note that the picture is cut into tiles, and whether they equal the whole."""
        self.tiles = "exact" if exact else "approximate"


def trace_of(scope: Scope) -> Trace:
    """The notes on the request of an ASGI scope."""
    trace: Trace = scope["state"]["trace"]
    return trace
