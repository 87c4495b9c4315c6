"""One route for each task, made from what the task says of itself."""

import inspect
from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.params import Depends

from app import errors
from app.http import answer as answering
from app.http import callback
from app.http.headers import DEADLINE, REQUEST_ID, WORK
from app.http.later import ACCEPTED, PARAMETERS, accept, wanted
from app.http.options import parameters, read_options
from app.http.problems import BAD_PARAMETER, documented
from app.http.service import service_of
from app.http.spool import response, spooled
from app.http.upload import body, expected_size, read_pictures
from app.http.waiting import deadline_of, while_connected, within
from app.runtime.work_item import Ticket
from app.tasks import TASKS
from app.tasks.task import JSON, Task

PROBLEMS = (
    errors.MalformedRequest,
    errors.Unauthorized,
    errors.WebhookRefused,
    errors.ModelNotFound,
    errors.NotAcceptable,
    errors.BodyTooLarge,
    errors.PictureTooLarge,
    errors.PicturesDiffer,
    errors.UnknownFormat,
    errors.UnsupportedMedia,
    errors.BrokenPicture,
    errors.FrameNotFound,
    errors.CannotWindow,
    errors.CannotGeoreference,
    errors.CannotExplain,
    errors.ClassNotFound,
    errors.StyleNotFound,
    errors.TaskNotAnswered,
    errors.IdempotencyKeyReused,
    BAD_PARAMETER,
    errors.NotReady,
    errors.QueueFull,
    errors.NoRoom,
    errors.OutOfMemory,
    errors.JobsUnavailable,
    errors.DeadlineExceeded,
    errors.DiskFull,
)
"""What a request may fail with, or the job that was made of it."""


def install(app: FastAPI, guards: Sequence[Depends]) -> None:
    """Add `POST /v1/{task}` for every task, each behind the guards.

    To the application itself: FastAPI looks through a router within a router several times for
    every request, which costs as much as the rest of the way to a route.
    """
    for task in TASKS.values():
        _add_route(app, task, guards)


def _add_route(app: FastAPI, task: Task[Any, Any], guards: Sequence[Depends]) -> None:

    async def answer(request: Request) -> Response:
        service, trace = service_of(request), request.state.trace
        trace.task = task.name
        options = read_options(task.options, request)
        model = service.registry.choose(task.name, options.model)
        trace.model = model.card.reference
        question = service.question(task, options, model)
        later = wanted(request)
        deadline = deadline_of(request, service.settings.deadline)
        max_bytes = service.settings.max_bytes

        def work(data: bytes, ticket: Ticket) -> Response:
            trace.stages["queue"] = ticket.waited
            with spooled() as file:
                media_type = answering.answer(
                    question,
                    request.headers.get("accept", ""),
                    data,
                    file,
                    service=service,
                    trace=trace,
                    progress=lambda done, total: ticket.check(),
                )
            return response(file, media_type)

        scheduler = service.schedulers.of(model)
        if later is None:
            scheduler.check_room()  # rather than read a body first that nobody will look at
        with service.bytes.room_for(expected_size(request, max_bytes)):
            reading = read_pictures(request, max_bytes, task.parts)
            data, left = await within(deadline, "picture", reading)
            if later:
                return await accept(request, later, question, data)
            async with while_connected(request):
                return await scheduler.run(partial(work, data), left)

    app.add_api_route(
        f"/v1/{task.name}",
        answer,
        methods=["POST"],
        tags=["tasks"],
        dependencies=guards,
        summary=task.summary,
        description=_description(task),
        operation_id=task.name,
        response_class=Response,
        responses=_responses(task),
        openapi_extra={
            # What the command and the method of the client are called.
            "x-verb": task.verb,
            "parameters": [*parameters(task.options), *PARAMETERS, DEADLINE, REQUEST_ID],
            "callbacks": {callback.NAME: {"$ref": f"#/components/callbacks/{callback.NAME}"}},
            **body(f"/v1/{task.name}", dict(zip(task.parts, task.samples, strict=True))),
        },
    )


def _responses(task: Task[Any, Any]) -> dict[int | str, dict[str, Any]]:
    content: dict[str, Any] = {
        media_type: {"schema": _schema(media_type)}
        for media_type in task.media_types
        if media_type != JSON
    }
    answered: dict[str, Any] = {
        "description": "The answer, in the form that `Accept` and the options ask for.",
        "content": content,
        "headers": WORK,
    }
    if task.document is not None:
        answered["model"] = task.document
    return {200: answered, 202: ACCEPTED, **documented(*PROBLEMS)}


def _description(task: Task[Any, Any]) -> str:
    """What the task says of its answers, or else what its document says, and in which forms."""
    said = task.description or (task.document and inspect.getdoc(task.document)) or task.summary
    forms = ", ".join(f"`{media_type}`" for media_type in task.media_types)
    usual = "; the first where nothing is asked for" if len(task.media_types) > 1 else ""
    return f"{said.removesuffix('.')}.\n\nAnswers are {forms}{usual}."


def _schema(media_type: str) -> dict[str, str]:
    if media_type.endswith("json"):
        return {"type": "object", "description": "The answer in another form of JSON."}
    return {"type": "string", "format": "binary", "description": "The file of a picture."}
