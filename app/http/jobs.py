"""The routes of jobs: how far one is, its result, its events, and its end."""

import json
import math
import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse

from app import errors
from app.errors import JobCancelled, JobNotFound, JobUnfinished
from app.http.events import EVENT, events_of
from app.http.headers import UNSTORED as UNSTORED_HEADER
from app.http.headers import WORK, header, parameter
from app.http.job_description import PATH, JobDescription, described, progress_of
from app.http.keys import owner_of
from app.http.problems import MEDIA_TYPE, documented
from app.http.service import service_of
from app.jobs.job import Job
from app.jobs.jobs import Jobs
from app.tasks import TASKS
from app.tasks.task import JSON

COMMON = (errors.Unauthorized, errors.JobNotFound, errors.JobsUnavailable)
OF_RESULTS = (
    *COMMON,
    errors.ModelNotFound,
    errors.NotAcceptable,
    errors.JobUnfinished,
    errors.JobCancelled,
    errors.PictureTooLarge,
    errors.UnknownFormat,
    errors.BrokenPicture,
    errors.FrameNotFound,
    errors.CannotWindow,
    errors.CannotGeoreference,
    errors.CannotExplain,
    errors.JobInterrupted,
    errors.OutOfMemory,
    errors.DeadlineExceeded,
    errors.DiskFull,
)
"""Those of the job stand among them: its result is its failure then."""

_BINARY = {"type": "string", "format": "binary", "description": "The file of a picture."}
_ANY = {"description": "What the task answers in JSON."}
_RANGES = {
    "Accept-Ranges": header("Parts of it may be asked for.", "bytes"),
    **WORK,
    **UNSTORED_HEADER,
}

_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")

RANGE = parameter("Range", "One part of the result; anything else is ignored.", "bytes=0-1023")

UNSTORED = {"Cache-Control": "no-store"}
"""A cache may keep what is fetched with GET; a picture is nothing to be kept."""

PAUSE = 5
"""Seconds after which a client may look again at a job of which nothing is known."""

Id = Annotated[
    str,
    Path(
        description="Of the job, as its `Location` ends.",
        examples=["9f1c0b5e2a7d4c3f8e6b1a0d9c8b7a65"],
    ),
]

router = APIRouter(prefix=PATH.removeprefix("/v1"), tags=["jobs"])


@router.get(
    "/{id}",
    response_model=JobDescription,
    response_model_exclude_none=True,
    responses=documented(*COMMON),
)
def get_job(request: Request, response: Response, id: Id) -> JobDescription:
    """Say how far a job is.

    Its state, how many of its tiles are done and when the others will be, and where its result is.
    A failed job has its problem document. It is kept until `expires`.
    """
    response.headers.update(UNSTORED)
    return described(*_find(request, id))


@router.delete(
    "/{id}",
    response_model=JobDescription,
    response_model_exclude_none=True,
    responses={
        200: {"description": "It was still to be done, and is cancelled."},
        204: {"description": "It had finished, and is removed with its files."},
        **documented(*COMMON),
    },
)
def end_job(request: Request, id: Id) -> Response:
    """Cancel a job, or remove one that has finished.

    Work on a job that is cancelled ends at its next tile. One that has finished is removed with its
    files and its key.
    """
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
            "description": "What the route of the task would have answered.",
            "headers": _RANGES,
            "content": {
                media_type: {"schema": _ANY if media_type.endswith("json") else _BINARY}
                for task in TASKS.values()
                for media_type in task.media_types
            },
        },
        206: {
            "description": "The part that `Range` asks for.",
            "headers": {
                "Content-Range": header("Which part of how much.", "bytes 0-1023/48211"),
                **_RANGES,
            },
        },
        **documented(*OF_RESULTS),
    },
    openapi_extra={"parameters": [RANGE]},
)
def get_result(request: Request, id: Id) -> Response:
    """Fetch the answer of a job.

    It is the very answer that its task's route would have given, also where that is a failure;
    before there is one, 409. `Range` fetches a part of it.
    """
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
            "description": "Server-sent events `state` and `progress`; they end with the job.",
            "headers": UNSTORED_HEADER,
            "content": {"text/event-stream": {"schema": EVENT}},
        },
        204: {"description": "The job has finished, and the client knows it."},
        **documented(*COMMON),
    },
)
async def follow_job(
    request: Request,
    id: Id,
    last_event_id: Annotated[
        str | None, Header(description="Sent by browsers that connect again.", examples=["running"])
    ] = None,
) -> Response:
    """Tell of a job as it goes on.

    [Server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html), from the
    state that the job is in now to its end. `EventSource` in a browser follows them as they are.
    """
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
