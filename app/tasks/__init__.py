"""The tasks: one file each, found by looking into this folder; nothing else names them."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from app.tasks.task import Task


def _discover() -> dict[str, Task[Any, Any]]:
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    tasks = (getattr(module, "TASK", None) for module in modules)
    return {task.name: task for task in tasks if task is not None}


TASKS: Mapping[str, Task[Any, Any]] = _discover()
"""Every task by its name, which is its route and the `task` on a model's card."""
