"""What is counted and timed, for Prometheus; docs/api.md says what each series means."""

from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
"""Upper bounds of the buckets: from decoding a small picture to the tiles of a large one."""


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

    def observe(
        self, task: str, model: str | None, status: int, stages: Mapping[str, float]
    ) -> None:
        """Count one request to a task, and how long its stages took in seconds."""
        self._requests.labels(task, model or "", str(status)).inc()
        for stage, seconds in stages.items():
            self._stages.labels(task, stage).observe(seconds)
