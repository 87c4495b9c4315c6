"""What may be chosen on the command line of a batch, whatever the task."""

import inspect
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from app import question
from app.tasks import TASKS
from app.tasks.task import Task
from app.terminal import flags


def task_of(name: str) -> Task[Any, Any]:
    """The task of a name.

    Raises:
        typer.BadParameter: there is none, or it asks about several pictures at once.
    """
    if name not in TASKS:
        raise typer.BadParameter(f"--task: {name!r} is none of {', '.join(TASKS)}")
    task = TASKS[name]
    if len(task.parts) > 1:
        told = f"{name} asks about {len(task.parts)} pictures at once, a batch about each by itself"
        raise typer.BadParameter(f"--task: {told}")
    return task


def media_type_of(task: Task[Any, Any], format: str) -> str:
    """The media type that a task's answers shall have.

    Raises:
        typer.BadParameter: it answers in no such format.
    """
    media_type = question.media_type_of(format)
    if media_type is None or media_type not in task.media_types:
        formats = ", ".join(
            question.suffix_of(media).removeprefix(".") for media in task.media_types
        )
        raise typer.BadParameter(f"--format: {task.name} is answered as {formats}, not {format}")
    return media_type


def task_options() -> Iterator[inspect.Parameter]:
    """The options of the tasks, each once; one that tasks understand differently takes any text."""
    fields: dict[str, dict[str, Any]] = {}
    for task in TASKS.values():
        for name, field in task.options.model_fields.items():
            fields.setdefault(name, {})[task.name] = field
    for name, of in fields.items():
        first = next(iter(of.values()))
        kinds = [field.annotation for field in of.values()]
        kind = kinds[0] if all(kind == kinds[0] for kind in kinds) else str
        texts = dict.fromkeys(field.description for field in of.values())
        told = " ".join(text for text in texts if text)
        if len(of) < len(TASKS):
            told = f"Of {', '.join(of)}. {told}"
        yield inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[kind | None, typer.Option(*flags(first), help=told)],
        )
