"""The registry that the settings describe, held to the contracts of all tasks."""

from app.runtime.cpu import cores
from app.runtime.device import resolve
from app.runtime.registry import Registry
from app.settings import Settings
from app.tasks import TASKS


def registry_of(settings: Settings) -> Registry:
    """Make the registry; its models are loaded by `Registry.load`.

    Raises:
        DeviceUnavailable: the settings insist on a device that does not work here.
    """
    return Registry(
        settings.models,
        {name: task.contract for name, task in TASKS.items()},
        settings.default_models,
        device=resolve(settings.device),
        threads=settings.threads or cores(),
        control=settings.model_control,
    )
