"""The work of every route: from a file to a file, in steps that are noted and may be stopped."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.errors import BrokenPicture, NoRoom
from app.runtime.model import Model
from app.tasks import TASKS
from app.tasks.answer import Question, answer
from app.tasks.task import Bounds
from tests import tiny
from tests.conftest import png


@pytest.fixture
def question(tmp_path: Path) -> Question:
    task = TASKS["classification"]
    model = Model.load(tiny.colors(tmp_path))
    return Question(task, model, task.options(), lambda offers: offers[0], jpeg_scaling=True)


def test_a_picture_is_answered_into_a_file(question: Question) -> None:
    stages, pixels, file = list[str](), list[int](), io.BytesIO()

    @contextmanager
    def measure(stage: str) -> Iterator[None]:
        stages.append(stage)
        yield

    data = png((0, 200, 10), size=(12, 9))
    media_type = answer(
        question, data, file, bounds=Bounds(1000), admit=pixels.append, measure=measure
    )
    assert media_type == "application/json"
    assert json.loads(file.getvalue())["predictions"][0]["label"] == "green"
    assert stages == ["decode", "infer", "encode"]
    assert pixels == [12 * 9]


@contextmanager
def unmeasured(_: str) -> Iterator[None]:
    yield


def test_what_is_wrong_is_raised(question: Question) -> None:
    def full(_: int) -> None:
        raise NoRoom("none")

    for data, admit, error in [
        (png()[:-30], lambda pixels: None, BrokenPicture),
        (png(), full, NoRoom),
    ]:
        file = io.BytesIO()
        with pytest.raises(error):
            answer(question, data, file, bounds=Bounds(1000), admit=admit, measure=unmeasured)
        assert file.getvalue() == b""
