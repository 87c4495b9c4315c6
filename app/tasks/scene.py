"""A scene: several questions about a picture, answered by one pass of a network with many heads."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from pydantic import Field

from app.card import ModelCard
from app.errors import TaskNotAnswered
from app.imaging.picture import Picture
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.options import Options
from app.tasks.task import BOUNDARY, JSON, MULTIPART, PNG, UNBOUNDED, Bounds, Cell, Document, Task


class SceneOptions(Options):
    """What may be chosen for a scene."""

    tasks: str | None = Field(default=None, examples=["edges,saliency"])
    """Which of the model's tasks are answered, with commas between; all of them when absent."""

    numbers: bool = False
    """Answer with the numbers of each task as well, not with its picture only; JSON has them."""


class Scene(Document):
    """The answers by task."""

    answers: dict[str, dict[str, Any]]
    """Of each task what its own route answers: `image`, the picture as a data URL, if its natural
    answer is one, and where numbers are asked for or there is no picture the members of its JSON
    but `model`."""

    def row(self, card: ModelCard) -> dict[str, Cell]:
        """The numbers of every answer, without the pictures."""
        bare = {
            task: {name: value for name, value in answer.items() if name != "image"}
            for task, answer in self.answers.items()
        }
        return self.model_copy(update={"answers": bare}).cells()


@dataclass(frozen=True)
class Answer:
    """What one task answers: a body of a media type, its numbers if they are told, and a line."""

    media_type: str
    body: bytes
    document: Document | None
    text: Callable[[], str]


@dataclass(frozen=True)
class Result:
    """The answers by task."""

    model: str
    answers: Mapping[str, Answer]


class SceneTask(Task[SceneOptions, Result]):
    """Every task is asked as by its own route, without options; the network runs once for all."""

    name = "scene"
    verb = "scene"
    summary = "Answer several questions in one pass"
    description = (
        "What the routes of several tasks would answer, by one pass of a network with a head for "
        "each: as JSON with the pictures as data URLs, or as `multipart/mixed` with a part for "
        "each."
    )
    contract = Contract(inputs={"image": Tensor("uint8", ("N", "H", "W", 3))}, outputs={})
    options = SceneOptions
    document: ClassVar[type[Document]] = Scene
    media_types = (JSON, MULTIPART)

    def held(self, picture: Picture, model: Model, media_type: str, bounds: Bounds) -> int:
        """As much as the largest of the answers, which are made one after the other."""
        from app.tasks import TASKS  # which holds this task as well

        asked = ((TASKS[name], model.head(name)) for name in model.card.tasks or ())
        return max((task.held(picture, head, PNG, bounds) for task, head in asked), default=0)

    def infer(
        self, model: Model, picture: Picture, options: SceneOptions, bounds: Bounds = UNBOUNDED
    ) -> Result:
        """All answers, as they will be sent.

        Raises:
            TaskNotAnswered: the model does not answer one that was asked for.
        """
        tasks = model.card.tasks or ()
        asked = tasks if options.tasks is None else tuple(dict.fromkeys(options.tasks.split(",")))
        for task in asked:
            if task not in tasks:
                raise TaskNotAnswered(
                    f"{model.card.reference} does not answer {task!r}", tasks=list(tasks)
                )
        heads = model.one_pass(asked)
        answers = {
            task: _answer(task, heads[task], picture, options, bounds)
            for task in bounds.steps(asked)
        }
        return Result(model.card.reference, answers)

    def encode(self, result: Result, media_type: str) -> bytes:
        """One JSON with the pictures as data URLs, or each picture as a part of its own."""
        if media_type == JSON:
            return self.document_of(result).model_dump_json().encode()
        parts = []
        for task, answer in result.answers.items():
            head = (
                f"--{BOUNDARY}\r\nContent-Type: {answer.media_type}\r\n"
                f'Content-Disposition: inline; name="{task}"\r\n\r\n'
            )
            parts += [head.encode(), answer.body, b"\r\n"]
        return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])

    def document_of(self, result: Result) -> Scene:
        """The answers as one JSON."""
        return Scene(
            model=result.model,
            answers={task: _members(answer) for task, answer in result.answers.items()},
        )

    def text(self, result: Result) -> str:
        """What each task says in one line, after its name."""
        return "; ".join(f"{task}: {answer.text()}" for task, answer in result.answers.items())


def _answer(
    name: str, head: Model, picture: Picture, options: SceneOptions, bounds: Bounds
) -> Answer:
    from app.tasks import TASKS  # which holds this task as well

    task = TASKS[name]
    own = task.options(frame=options.frame, window=options.window)
    media_type = task.offers(picture, own, head, bounds)[0]
    result = task.infer(head, picture, own, bounds)
    body = task.encode(result, media_type)
    told = options.numbers or media_type == JSON
    document = task.document_of(result) if told else None
    return Answer(media_type, body, document, partial(task.text, result))


def _members(answer: Answer) -> dict[str, Any]:
    members: dict[str, Any] = {}
    if answer.media_type.startswith("image/"):
        data = base64.b64encode(answer.body).decode()
        members["image"] = f"data:{answer.media_type};base64,{data}"
    if answer.document is not None:
        members |= answer.document.model_dump(mode="json", exclude_none=True, exclude={"model"})
    return members


TASK = SceneTask()
