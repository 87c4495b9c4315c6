"""What is so at this moment, for Prometheus: read when asked for, so nothing must be kept true."""

from collections.abc import Iterator
from typing import get_args

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.http.service import Service
from app.runtime.model_file import State


class Gauges(Collector):
    """Models by state, and how busy every model is that is served."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[GaugeMetricFamily]:
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
        yield from (models, waiting, age, running)
