"""What a job does when its turn comes: the work of its route, with nobody connected."""

import json
from contextlib import ExitStack
from functools import partial
from typing import BinaryIO

from app.errors import ModelNotFound, NoRoom
from app.http.budget import Budget
from app.http.negotiation import negotiate
from app.http.problems import problem_of
from app.http.service import Service
from app.http.trace import Trace
from app.jobs.run import Run
from app.jobs.runner import Facts
from app.tasks import TASKS
from app.tasks.answer import Question, answer
from app.tasks.task import Bounds

PATIENCE = 1.0
"""Seconds after which a job looks again whether requests have left it room."""


def work(service: Service, run: Run, file: BinaryIO) -> Facts:
    """Answer a job into a file.

    It takes no place in the queue of its model: jobs have few threads of their own, so requests
    find as many places as without them. It counts as one more piece of work over which the cores
    are shared, and takes room in memory only when requests leave some.

    Raises:
        DensightError: what the route would have answered.
        Stopped: nobody wants the answer any more.
    """
    job, settings, trace = run.job, service.settings, Trace(run.job.id)
    trace.stages["queue"] = max(0.0, (job.started or 0) - job.created)
    if job.task not in TASKS:
        raise ModelNotFound(f"no task is called {job.task!r} any more")
    task = TASKS[job.task]
    model = service.registry.choose(job.task, job.model)
    question = Question(
        task,
        model,
        task.options.model_validate_json(job.options),
        partial(negotiate, job.accept),
        settings.jpeg_scaling,
    )
    with ExitStack() as room, service.registry.execution.traffic:

        def admit(pixels: int) -> None:
            made = min(pixels * model.card.scale**2, settings.max_pixels)
            _wait_for_room(service.pixels, made, run, room)

        _wait_for_room(service.bytes, run.upload.stat().st_size, run, room)
        media_type = answer(
            question,
            run.upload.read_bytes(),
            file,
            bounds=Bounds(settings.max_pixels, run.report, trace.cut),
            admit=admit,
            measure=trace.measure,
        )
    return Facts(media_type, trace.tiles, trace.stages.server_timing)


def _wait_for_room(budget: Budget, size: int, run: Run, room: ExitStack) -> None:
    while True:
        run.check()
        try:
            room.enter_context(budget.room_for(min(size, budget.limit)))
            return
        except NoRoom:
            run.wait(PATIENCE)


def describe(error: Exception) -> str:
    """The problem document of a job that failed, as JSON."""
    return json.dumps(problem_of(error).model_dump())
