"""What the settings describe: the registry, held to the contracts of all tasks, and the threads."""

from collections.abc import Mapping

from app.runtime.cpu import cores
from app.runtime.device import Device, resolve
from app.runtime.execution import Execution
from app.runtime.registry import Registry
from app.runtime.scheduler import Schedulers
from app.runtime.traffic import Traffic
from app.settings import Settings
from app.tasks import TASKS

MAX_BATCH: Mapping[Device, int] = {"cpu": 1, "cuda": 16, "tensorrt": 16}
"""Rows of a run where the settings leave the choice. On a CPU a run on each core at a time does
more pictures a second than batches do, whatever their size (docs/performance.md)."""


def execution_of(settings: Settings) -> Execution:
    """How the settings want models to be run on this machine.

    Raises:
        DeviceUnavailable: they insist on a device that does not work here.
    """
    device = resolve(settings.device)
    return Execution(
        device=device,
        threads=settings.threads or cores(),
        max_batch=settings.max_batch or MAX_BATCH[device],
        traffic=Traffic(settings.workers or cores()),
    )


def schedulers_of(settings: Settings, execution: Execution) -> Schedulers:
    """Make the worker threads' schedulers; where requests are put together to batches, further
    threads bring the next batch while one is running.
    """
    further = execution.max_batch if execution.max_batch > 1 else 0
    workers = settings.workers or cores() + further
    return Schedulers(workers, settings.queue, execution.traffic)


def registry_of(settings: Settings) -> Registry:
    """Make the registry; its models are loaded by `Registry.load`.

    Raises:
        DeviceUnavailable: the settings insist on a device that does not work here.
    """
    return Registry(
        settings.models,
        {name: task.contract for name, task in TASKS.items()},
        settings.default_models,
        execution=execution_of(settings),
        control=settings.model_control,
    )
