"""A picture's bytes to the file that answers them: what every request of a task does, and job."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Any

from app.http.negotiation import negotiate
from app.http.service import Service
from app.http.trace import Trace
from app.imaging.decode import decode
from app.runtime.model import Model
from app.tasks.task import Options, Task


@dataclass(frozen=True)
class Question:
    """What is asked, of which model, and in which form the answer is wanted.

    Attributes:
        task: that is asked.
        options: chosen for it.
        model: that answers.
        accept: the media types that are accepted, as the header says it.
    """

    task: Task[Any, Any]
    options: Options
    model: Model
    accept: str


def answer(
    question: Question,
    data: bytes,
    file: IO[bytes],
    *,
    service: Service,
    trace: Trace,
    progress: Callable[[int, int], None],
) -> str:
    """Decode a picture, ask the task and write the answer; in a worker thread.

    Args:
        question: what is asked.
        data: the picture as it came.
        file: where the answer is written to; empty and seekable. Of one that fails it holds a part.
        service: its settings bound the work, and its budget the pixels in memory.
        trace: is told how long the stages take, and of tiles.
        progress: called with (steps done, steps in all); what it raises ends the work.

    Returns:
        The media type of the answer.

    Raises:
        DensightError: there is no answer.
    """
    task, options, model = question.task, question.options, question.model
    infer = partial(trace.measure, "infer")
    bounds = replace(service.bounds, progress=progress, cut=trace.cut, inferring=infer)
    seen_by = task.seen_by(options, model) if service.settings.jpeg_scaling else None
    with ExitStack() as room:

        def admit(pixels: int) -> None:
            room.enter_context(service.pixels.room_for(pixels))

        with trace.measure("decode"):
            picture = decode(data, max_pixels=bounds.max_pixels, seen_by=seen_by, admit=admit)
        media_type = negotiate(question.accept, task.offers(picture, options, model, bounds))
        # One request of the largest pictures has room, whatever it makes of them.
        held = min(task.held(picture, model, media_type, bounds), bounds.max_pixels)
        admit(max(0, held - picture.pixels.shape[0] * picture.pixels.shape[1]))
        with trace.measure("infer"):
            result = task.infer(model, picture, options, bounds)
        with trace.measure("encode"):
            task.write(result, media_type, file)
    return media_type
