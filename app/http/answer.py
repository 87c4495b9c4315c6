"""A picture's bytes to the file that answers them: what every request of a task does, and job."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import IO

from app.http.negotiation import negotiate
from app.http.service import Service
from app.http.trace import Trace
from app.question import Question


def answer(
    question: Question,
    accept: str,
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
        accept: the media types that are accepted, as the header says it.
        data: the picture as it came, or all of them (`app.question.together`).
        file: where the answer is written to; empty, seekable and readable. Of one that fails it
            holds a part.
        service: its budget bounds the pixels in memory.
        trace: is told how long the stages take, and of tiles.
        progress: called with (steps done, steps in all); what it raises ends the work.

    Returns:
        The media type of the answer.

    Raises:
        DensightError: there is no answer.
    """
    task, options, model = question.task, question.options, question.model
    infer = partial(trace.measure, "infer")
    bounds = replace(question.bounds, progress=progress, cut=trace.cut, inferring=infer)
    with ExitStack() as room:

        def admit(pixels: int) -> None:
            room.enter_context(service.pixels.room_for(pixels))

        with trace.measure("decode"):
            pictures = question.pictures(data, admit)
        picture = pictures[0]
        media_type = negotiate(accept, task.offers(picture, options, model, bounds))
        # One request of the largest pictures has room, whatever it makes of them.
        held = min(task.held(picture, model, media_type, bounds), bounds.max_pixels)
        admit(max(0, held - sum(each.pixels[..., 0].size for each in pictures)))
        with trace.measure("infer"):
            result = task.infer_all(model, pictures, options, bounds)
        with trace.measure("encode"):
            task.write(result, media_type, file)
    return media_type
