"""What the routes share: the settings, the models and the threads that do the work."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from app.http.budget import Budget
from app.http.metrics import Metrics
from app.http.oip.statistics import Statistics
from app.jobs.place import Place
from app.question import Question
from app.runtime.model import Model
from app.runtime.registry import Registry
from app.runtime.schedulers import Schedulers
from app.settings import Settings
from app.tasks.options import Options
from app.tasks.task import Bounds, Task


@dataclass(frozen=True)
class Service:
    """Made once by `create_app`; every request finds it in `app.state`."""

    settings: Settings
    registry: Registry
    schedulers: Schedulers
    metrics: Metrics
    bounds: Bounds
    bytes: Budget
    pixels: Budget
    jobs: Place
    statistics: Statistics = field(default_factory=Statistics)

    def question(self, task: Task[Any, Any], options: Options, model: Model) -> Question:
        """What is asked of a model, within the bounds of the settings."""
        return Question(task, options, model, self.bounds, self.settings.jpeg_scaling)


def service_of(request: Request) -> Service:
    """The service that a request belongs to."""
    service: Service = request.app.state.service
    return service
