"""What is generated is what is committed, and covers every task."""

import inspect
import typing
from pathlib import Path

import pytest

from app.client import AsyncClient, Client, documents
from app.tasks import TASKS
from app.tasks.task import Task
from clients.__main__ import generated

ALL = list(TASKS.values())


def method(task: Task[typing.Any, typing.Any], suffix: str = "") -> typing.Any:
    return getattr(Client, task.verb.replace("-", "_") + suffix)


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_what_is_committed_is_what_openapi_says(path: Path) -> None:
    assert path.read_text() == generated()[path], "run `make client`"


@pytest.mark.parametrize("task", ALL, ids=lambda task: task.name)
def test_every_task_is_a_method_of_both_clients(task: Task[typing.Any, typing.Any]) -> None:
    answered = method(task).__annotations__["return"]
    if task.document:
        assert answered is getattr(documents, task.document.__name__)
        assert answered.model_fields.keys() == task.document.model_fields.keys()
    assert inspect.iscoroutinefunction(getattr(AsyncClient, method(task).__name__))


@pytest.mark.parametrize("task", ALL, ids=lambda task: task.name)
def test_every_option_is_an_argument_of_some_form(task: Task[typing.Any, typing.Any]) -> None:
    arguments = {"picture", "deadline", "self"}
    for suffix in ("", "_image", "_geojson"):
        if hasattr(Client, task.verb.replace("-", "_") + suffix):
            arguments |= inspect.signature(method(task, suffix)).parameters.keys()
            arguments |= {"shapes"} if suffix == "_geojson" else set()  # it is that form
    assert task.options.model_fields.keys() <= arguments
