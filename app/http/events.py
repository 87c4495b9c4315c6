"""A job as server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import get_args

from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from app.errors import JobNotFound
from app.http.job_description import described, progress_of
from app.jobs.job import Job, State
from app.jobs.jobs import Jobs

KEEP_ALIVE = 15.0
"""Seconds without an event after which a comment is sent, so that no proxy takes us for dead."""

RETRY = 2000
"""Milliseconds after which a browser connects again."""


EVENT = {
    "type": "object",
    "description": "One event.",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": ["state", "progress"], "description": "What has changed."},
        "id": {"enum": list(get_args(State)), "description": "Of `state`: the state"},
        "data": {
            "type": "string",
            "description": "JSON: of `state` the job, as `GET /v1/jobs/{id}` gives it; of "
            "`progress` its progress",
        },
    },
}
"""One event in OpenAPI's words."""


async def events_of(jobs: Jobs, job: Job) -> AsyncIterator[str]:
    """Tell of a job until it has finished, is gone, or the service ends.

    The first event is its state now. Of progress only the latest is told: a client that reads
    slowly misses some, and nothing is kept for it.
    """
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(changed.set)

    yield f"retry: {RETRY}\n\n"
    with jobs.watchers.watching(job.id, wake):
        state, progress = None, None
        while True:
            changed.clear()
            try:
                now = await run_in_threadpool(jobs.find, job.id, job.owner)
            except JobNotFound:
                return
            if (now.state, now.attempts) != state:
                state = (now.state, now.attempts)
                yield _event("state", described(jobs, now), id=now.state)
            elif (known := progress_of(jobs, now)) and known != progress:
                progress = known
                yield _event("progress", known)
            if now.has_finished or jobs.stopping:
                return
            try:
                async with asyncio.timeout(KEEP_ALIVE):
                    await changed.wait()
            except TimeoutError:
                yield ": still here\n\n"


def _event(kind: str, data: BaseModel, id: str | None = None) -> str:
    named = "" if id is None else f"id: {id}\n"
    return f"event: {kind}\n{named}data: {data.model_dump_json(exclude_none=True)}\n\n"
