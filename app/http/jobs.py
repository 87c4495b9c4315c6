"""The routes of jobs: how far one is, its result, its events, and its end."""

import json
import math
import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse

from app.errors import JobCancelled, JobNotFound, JobUnfinished
from app.http.events import EVENT, events_of
from app.http.job_description import PATH, JobDescription, described, progress_of
from app.http.keys import owner_of
from app.http.problems import MEDIA_TYPE, documented
from app.http.service import service_of
from app.jobs.job import Job
from app.jobs.jobs import Jobs
from app.tasks import TASKS
from app.tasks.task import JSON

COMMON = {
    401: "No key, or a wrong one",
    404: "No such job of this key, or no longer",
    503: "No jobs are accepted here; the detail says why",
}
OF_A_FAILED_JOB = "The job failed so"
OF_RESULTS = {
    **COMMON,
    404: f"{COMMON[404]}; or its model was gone",
    406: OF_A_FAILED_JOB,
    409: "It has not finished; see `Retry-After`",
    410: "It was cancelled",
    413: OF_A_FAILED_JOB,
    415: OF_A_FAILED_JOB,
    422: OF_A_FAILED_JOB,
    500: OF_A_FAILED_JOB,
    504: "The job took longer than any may",
    507: "The result had no room on the disk",
}
_BINARY = {"type": "string", "format": "binary"}

_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")

UNSTORED = {"Cache-Control": "no-store"}
"""A cache may keep what is fetched with GET; a picture is nothing to be kept."""

PAUSE = 5
"""Seconds after which a client may look again at a job of which nothing is known."""

router = APIRouter(prefix=PATH.removeprefix("/v1"), tags=["jobs"])


@router.get(
    "/{id}",
    response_model=JobDescription,
    response_model_exclude_none=True,
    responses=documented(COMMON),
)
def job(request: Request, response: Response, id: str) -> JobDescription:
    """Say how far a job is."""
    response.headers.update(UNSTORED)
    return described(*_find(request, id))


@router.delete(
    "/{id}",
    response_model=JobDescription,
    response_model_exclude_none=True,
    responses={
        200: {"description": "It was still to be done, and is cancelled"},
        204: {"description": "It had finished, and is removed with its files"},
        **documented(COMMON),
    },
)
def end(request: Request, id: str) -> Response:
    """Cancel a job, which ends it at its next tile; or remove one that has finished."""
    jobs, found = _find(request, id)
    if jobs.cancel(found):
        cancelled = described(*_find(request, id))
        return Response(cancelled.model_dump_json(exclude_none=True), media_type=JSON)
    jobs.remove(found)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.api_route(
    "/{id}",
    methods=["HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"],
    include_in_schema=False,
)
def other_method() -> None:
    """Name both methods that there are; the framework would name those of the first route only."""
    raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "DELETE, GET"})


@router.get(
    "/{id}/result",
    response_class=Response,
    responses={
        200: {
            "description": "What the route of the task would have answered",
            "content": {
                media_type: {"schema": {} if media_type == JSON else _BINARY}
                for task in TASKS.values()
                for media_type in task.media_types
            },
        },
        206: {"description": "The part that `Range` asks for"},
        **documented(OF_RESULTS),
    },
)
def result(request: Request, id: str) -> Response:
    """The very answer that its task's route would have given, also where that is a failure."""
    jobs, found = _find(request, id)
    trace = request.state.trace
    trace.model, trace.tiles = found.model, found.tiles
    if found.problem is not None:
        problem = json.loads(found.problem)
        return JSONResponse(problem, problem["status"], UNSTORED, MEDIA_TYPE)
    if found.state == "cancelled":
        raise JobCancelled("the job was cancelled, so it has no result")
    if found.state != "done":
        progress = progress_of(jobs, found)
        eta = None if progress is None else progress.eta
        raise JobUnfinished(
            f"the job is {found.state}; its result is not there yet",
            retry_after=PAUSE if eta is None else max(1, math.ceil(eta)),
            state=found.state,
        )
    path = jobs.spool.result(found.id)
    try:
        stat = path.stat()
    except FileNotFoundError as error:  # it has just been removed
        raise JobNotFound("the job has just been removed") from error
    _drop_odd_range(request, stat.st_size)
    timing = {"Server-Timing": found.timing} if found.timing else {}
    return FileResponse(
        path, headers=UNSTORED | timing, media_type=found.media_type, stat_result=stat
    )


def _drop_odd_range(request: Request, size: int) -> None:
    """Ignore a `Range` that is not one part of the result, as RFC 9110, section 14.2, allows."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if not asked or not int(asked[1]) < size or int(asked[2] or size) < int(asked[1]):
        headers = request.scope["headers"]
        request.scope["headers"] = [pair for pair in headers if pair[0] != b"range"]


@router.get(
    "/{id}/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events `state` and `progress`; they end with the job",
            "content": {"text/event-stream": {"schema": EVENT}},
        },
        204: {"description": "The job has finished, and the client knows it"},
        **documented(COMMON),
    },
)
async def events(
    request: Request,
    id: str,
    last_event_id: Annotated[
        str | None, Header(description="Sent by browsers that connect again.")
    ] = None,
) -> Response:
    """Tell of a job as it goes on, from the state that it is in now."""
    jobs, found = await run_in_threadpool(_find, request, id)
    # A browser connects again to a stream that has ended, until it is answered 204 (WHATWG HTML,
    # section 9.2.1).
    if found.has_finished and last_event_id == found.state:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return StreamingResponse(
        events_of(jobs, found),
        media_type="text/event-stream",
        headers=UNSTORED | {"X-Accel-Buffering": "no"},
    )


def _find(request: Request, id: str) -> tuple[Jobs, Job]:
    jobs = service_of(request).jobs.require()
    return jobs, jobs.find(id, owner_of(request))
