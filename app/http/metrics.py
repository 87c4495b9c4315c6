"""What is counted and timed, for Prometheus; docs/metrics.md says what each means."""

from http import HTTPStatus

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

from app.http.trace import Trace

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
"""Upper bounds of the buckets: from decoding a small picture to the tiles of a large one."""

CLIENT_LEFT = 499
"""What a request counts as whose client left before the answer; nginx made the number known."""


class Metrics:
    """The series of one application; a label has a value for each model ever served."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Counter(
            "densight_requests",
            "Answered requests; 499: the client left before the answer",
            ("task", "model", "status"),
            registry=self.registry,
        )
        self._stages = Histogram(
            "densight_stage_seconds",
            "Time of a request in a stage: queue, decode, infer, encode",
            ("task", "stage"),
            registry=self.registry,
            buckets=SECONDS,
        )

        self._rejected = Counter(
            "densight_rejected",
            "Requests that were refused before any work; reason: the type of the problem document",
            ("task", "model", "reason"),
            registry=self.registry,
        )
        self._cancelled = Counter(
            "densight_cancelled",
            "Requests whose client left before the answer; begun: whether work was lost by it",
            ("task", "model", "begun"),
            registry=self.registry,
        )

    def observe(self, trace: Trace, status: int) -> None:
        """Count one request that has ended, and how long its stages took."""
        task, model, stages = trace.task or "", trace.model or "", dict(trace.stages)
        if trace.problem and status != HTTPStatus.INTERNAL_SERVER_ERROR and not stages:
            self._rejected.labels(task, model, trace.problem).inc()
        if not task:
            return
        self._requests.labels(task, model, str(status)).inc()
        for stage, seconds in stages.items():
            self._stages.labels(task, stage).observe(seconds)
        if status == CLIENT_LEFT:
            self._cancelled.labels(task, model, "true" if stages else "false").inc()
