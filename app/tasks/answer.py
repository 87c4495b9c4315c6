"""From the file of a picture to the file of its answer: the work of every route, now or later."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, BinaryIO

from app.imaging.decode import decode
from app.runtime.model import Model
from app.tasks.task import Bounds, Options, Task


@dataclass(frozen=True)
class Question:
    """What is asked about a picture, and of whom.

    Attributes:
        task: that is asked.
        model: that answers.
        options: of the task's own class.
        choose: the media type of the answer, of those on offer.
        jpeg_scaling: whether a large JPEG may be decoded smaller.
    """

    task: Task[Any, Any]
    model: Model
    options: Options
    choose: Callable[[Sequence[str]], str]
    jpeg_scaling: bool


def answer(
    question: Question,
    data: bytes,
    file: BinaryIO,
    *,
    bounds: Bounds,
    admit: Callable[[int], None],
    measure: Callable[[str], AbstractContextManager[None]],
) -> str:
    """Answer a question about one picture.

    Args:
        question: what is asked.
        data: the file of the picture.
        file: where the answer is written.
        bounds: what it may cost, and who is told of progress.
        admit: called with the picture's pixels before they are decoded; it may raise.
        measure: times the stages `decode`, `infer` and `encode`.

    Returns:
        The media type of the answer.

    Raises:
        DensightError: the picture, the options or the media types do not suit.
    """
    task, model, options = question.task, question.model, question.options
    seen_by = task.seen_by(options, model) if question.jpeg_scaling else None
    with measure("decode"):
        picture = decode(data, max_pixels=bounds.max_pixels, seen_by=seen_by, admit=admit)
    media_type = question.choose(task.offers(picture, options, model))
    with measure("infer"):
        result = task.infer(model, picture, options, bounds)
    with measure("encode"):
        file.write(task.encode(result, media_type))
    return media_type
