"""What the settings describe: how models are run and which ones for what, the threads, the jobs."""

from collections.abc import Mapping

from platformdirs import user_state_path

from app.jobs.jobs import Jobs
from app.jobs.place import Place
from app.jobs.runner import Describe
from app.jobs.webhook import Webhooks, origin_of, secret_of
from app.runtime.cpu import cores
from app.runtime.device import resolve
from app.runtime.execution import Device, Execution
from app.runtime.registry import Registry
from app.runtime.schedulers import Schedulers
from app.runtime.traffic import Traffic
from app.settings import Settings
from app.tasks import TASKS
from app.tasks.task import Bounds

MAX_BATCH: Mapping[Device, int] = {"cpu": 1, "cuda": 16, "tensorrt": 16}
"""Rows of a run where the settings leave the choice. On a CPU a run on each core at a time does
about as many pictures a second as batches do (docs/performance.md), and nobody waits for others."""

TILE_PIXELS: Mapping[Device, int] = {"cpu": 2**16, "cuda": 2**18, "tensorrt": 2**18}
"""Pixels of a tile where the settings leave the choice."""


def bounds_of(settings: Settings, device: Device) -> Bounds:
    """What an answer may cost: each field is the setting of its name."""
    return Bounds(
        max_pixels=settings.max_pixels,
        max_pixels_made=settings.max_pixels_made,
        tile_pixels=settings.tile_pixels or TILE_PIXELS[device],
        later=True,
    )


def execution_of(settings: Settings, device: Device) -> Execution:
    """How models are run on a device: each field is the setting of its name."""
    return Execution(
        device=device,
        threads=settings.threads or cores(),
        max_batch=settings.max_batch or MAX_BATCH[device],
        traffic=Traffic(settings.workers or cores()),
        return_memory=settings.return_memory,
        gpu=settings.gpu,
        gpu_mem_limit=settings.gpu_mem_limit,
        cuda_graphs=settings.cuda_graphs,
        tensorrt_cache=settings.tensorrt_cache,
        tensorrt_fp16=settings.tensorrt_fp16,
        tensorrt_profiles=settings.tensorrt_profiles,
        tensorrt_side=settings.tensorrt_side,
        session_config=settings.session_config,
        provider_options=settings.provider_options,
    )


def registry_of(settings: Settings) -> Registry:
    """Make the registry; its models are loaded by `Registry.load`.

    Raises:
        DeviceUnavailable: the settings insist on a device that does not work here.
    """
    return Registry(
        settings.models,
        {name: task.contract for name, task in TASKS.items()},
        settings.default_models,
        execution=execution_of(settings, resolve(settings.device, settings.gpu)),
        control=settings.model_control,
        all_awake=settings.awake == "all",
    )


def workers_of(settings: Settings, execution: Execution) -> int:
    """Pictures that a model is asked about at once; where they are put together to batches,
    further threads bring the next batch while one is running.
    """
    further = execution.max_batch if execution.max_batch > 1 else 0
    return settings.workers or cores() + further


def schedulers_of(settings: Settings, execution: Execution) -> Schedulers:
    """Make the schedulers."""
    return Schedulers(workers_of(settings, execution), settings.queue, execution.traffic)


def jobs_of(settings: Settings, describe: Describe) -> Place:
    """Make the place of jobs, which is opened later.

    Args:
        settings: one that names a folder insists on it.
        describe: the problem document of a failure, as JSON.
    """

    def make() -> Jobs:
        webhooks = None
        if settings.webhook_hosts:
            origins = map(origin_of, settings.webhook_hosts)
            webhooks = Webhooks(origins, secret_of(settings.webhook_secret.get_secret_value()))
        return Jobs(
            settings.data or user_state_path("densight"),
            describe,
            queue=settings.jobs_queue,
            workers=settings.job_workers,
            deadline=settings.job_deadline,
            ttl=settings.job_ttl,
            disk=settings.job_disk,
            webhooks=webhooks,
        )

    return Place(make, insist=settings.data is not None)
