"""What is so at this moment, for Prometheus: read when asked for, so nothing must be kept true."""

from collections.abc import Iterator, Mapping
from typing import get_args

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from app.http.service import Service
from app.runtime.model_file import State

BATCH = ("1.0", "2.0", "4.0", "8.0", "16.0", "32.0", "64.0")
"""Upper bounds of the buckets: pictures in one run of a model."""


class Gauges(Collector):
    """Models and jobs by state, what requests hold in memory, and of every model that is served
    how busy it is and what its batches were.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """Read them now."""
        models = GaugeMetricFamily(
            "densight_models", "Files of the models folder", labels=["state"]
        )
        waiting = GaugeMetricFamily(
            "densight_queue_length", "Requests that wait for a worker", labels=["model"]
        )
        age = GaugeMetricFamily(
            "densight_queue_age_seconds", "How long the oldest of them waits", labels=["model"]
        )
        running = GaugeMetricFamily(
            "densight_running", "Requests that are worked on", labels=["model"]
        )
        batches = HistogramMetricFamily(
            "densight_batch_size", "Pictures in one run of a model", labels=["model"]
        )
        files = self._service.registry.files() if self._service.registry.ready else []
        for state in get_args(State):
            models.add_metric([state], sum(file.state == state for file in files))
        for file in files:
            if file.model is not None:
                load = self._service.schedulers.of(file.model).load()
                reference = [file.model.card.reference]
                waiting.add_metric(reference, load.waiting)
                age.add_metric(reference, load.oldest)
                running.add_metric(reference, load.running)
                if sizes := file.model.batch_sizes:
                    batches.add_metric(reference, *_histogram(sizes))
        yield from (models, waiting, age, running, batches, *self._memory(), *self._jobs())

    def _memory(self) -> Iterator[Metric]:
        held = (
            ("bytes", "Bytes of bodies in memory", self._service.bytes),
            ("pixels", "Pixels of pictures and answers in memory", self._service.pixels),
        )
        for unit, text, budget in held:
            family = GaugeMetricFamily(f"densight_held_{unit}", text)
            family.add_metric([], budget.held)
            yield family

    def _jobs(self) -> Iterator[Metric]:
        states = GaugeMetricFamily("densight_jobs", "Jobs that are kept", labels=["state"])
        disk = GaugeMetricFamily("densight_jobs_bytes", "Bytes of their uploads and results")
        if self._service.jobs.is_open:
            jobs = self._service.jobs.require()
            for state, count in jobs.counts().items():
                states.add_metric([state], count)
            disk.add_metric([], jobs.spool.used)
        yield from (states, disk)


def _histogram(sizes: Mapping[int, int]) -> tuple[list[tuple[str, float]], float]:
    """The buckets, each of which counts all up to its bound, and the sum."""
    buckets = [
        (bound, float(sum(runs for size, runs in sizes.items() if size <= float(bound))))
        for bound in (*BATCH, "+Inf")
    ]
    return buckets, float(sum(size * runs for size, runs in sizes.items()))
