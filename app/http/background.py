"""What a job does when its turn comes: the work of its route, with nobody connected."""

import json
from typing import BinaryIO

from app.errors import ModelNotFound, NoRoom
from app.http.answer import answer
from app.http.problems import problem_of
from app.http.service import Service
from app.http.trace import Trace
from app.jobs.run import Run
from app.jobs.runner import Facts
from app.tasks import TASKS

PATIENCE = 1.0
"""Seconds after which a job looks again whether requests have left it room."""


def work(service: Service, run: Run, file: BinaryIO) -> Facts:
    """Answer a job into a file.

    It takes no place in the queue of its model: jobs have few threads of their own, so requests
    find as many places as without them. It counts as one more piece of work over which the cores
    are shared. Where requests leave it no room in memory it begins again later, with nothing held
    meanwhile that another job might wait for.

    Raises:
        DensightError: what the route would have answered.
        Stopped: nobody wants the answer any more.
    """
    while True:
        run.check()
        try:
            return _attempt(service, run, file)
        except NoRoom:
            file.seek(0)
            file.truncate()
            run.wait(PATIENCE)


def _attempt(service: Service, run: Run, file: BinaryIO) -> Facts:
    job, trace = run.job, Trace(run.job.id)
    trace.stages["queue"] = max(0.0, (job.started or 0) - job.created)
    if job.task not in TASKS:
        raise ModelNotFound(f"no task is called {job.task!r} any more")
    task = TASKS[job.task]
    model = service.registry.choose(job.task, job.model)
    options = task.options.model_validate_json(job.options)
    question = service.question(task, options, model)
    size = min(run.upload.stat().st_size, service.bytes.limit)
    with service.bytes.room_for(size), service.registry.execution.traffic:
        data = run.upload.read_bytes()
        media_type = answer(
            question, job.accept, data, file, service=service, trace=trace, progress=run.report
        )
    return Facts(media_type, trace.tiles, trace.stages.server_timing)


def describe(error: Exception) -> str:
    """The problem document of a job that failed, as JSON."""
    return json.dumps(problem_of(error).to_json())
