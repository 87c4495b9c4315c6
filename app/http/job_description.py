"""A job as its routes describe it."""

import json
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.jobs.job import Delivery, Job, State
from app.jobs.jobs import Jobs

PATH = "/v1/jobs"


class Progress(BaseModel):
    """How far long work is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    done: int
    """Tiles, or other steps, that are done."""
    total: int
    """Of how many."""
    eta: float | None = None
    """Seconds until the last is done, if the others take as long as those that are."""


class Links(BaseModel):
    """Paths of a job."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    self: str
    """How far it is."""
    result: str
    """Its answer."""
    events: str
    """How far it is, as it goes on."""


class Webhook(BaseModel):
    """Whether the one could be told who wanted to know when the job has finished."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    url: str
    """Where the message goes."""
    state: Delivery | None = None
    """Absent before the job has finished."""
    tries: int
    """How many times it was sent."""
    next_try: datetime | None = None
    """When it is sent again, if it is."""
    refusal: str | None = None
    """What went wrong at the last try."""


class JobDescription(BaseModel):
    """One job; what is not known yet is absent."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    """32 hexadecimal digits that nobody can guess."""
    state: State
    """How far it is; the last three are final."""
    task: str
    """What was asked."""
    model: str
    """The model that answers, `name@version`."""
    created: datetime
    """When it was accepted."""
    started: datetime | None = None
    """When it was begun last."""
    finished: datetime | None = None
    """When it came into its final state."""
    expires: datetime | None = None
    """When it will be removed."""
    attempts: int
    """How many times it was begun."""
    progress: Progress | None = None
    """How far its work is; absent of work in one step."""
    problem: dict[str, Any] | None = None
    """The problem document that the result of a failed job is."""
    webhook: Webhook | None = None
    """What became of its message, if one was asked for."""
    links: Links
    """Where more of it is."""


def described(jobs: Jobs, job: Job) -> JobDescription:
    """Describe a job as it is now."""
    path = f"{PATH}/{job.id}"
    webhook = None
    if job.webhook is not None:
        webhook = Webhook(
            url=job.webhook,
            state=job.delivery,
            tries=job.tries,
            next_try=_time(job.next_try),
            refusal=job.refusal,
        )
    return JobDescription(
        id=job.id,
        state=job.state,
        task=job.task,
        model=job.model,
        created=_time(job.created),
        started=_time(job.started),
        finished=_time(job.finished),
        expires=_time(jobs.expires(job)),
        attempts=job.attempts,
        progress=progress_of(jobs, job),
        problem=None if job.problem is None else json.loads(job.problem),
        webhook=webhook,
        links=Links(self=path, result=f"{path}/result", events=f"{path}/events"),
    )


def progress_of(jobs: Jobs, job: Job) -> Progress | None:
    """How far it is, or was when it finished; `None` where that is not known."""
    if run := jobs.run_of(job):
        if run.progress is None:
            return None
        done, total = run.progress
        eta = run.eta
        return Progress(done=done, total=total, eta=None if eta is None else round(eta, 1))
    if job.steps_done is None or job.steps is None:
        return None
    return Progress(done=job.steps_done, total=job.steps)


def _time(seconds: float | None) -> Any:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
