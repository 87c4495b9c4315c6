"""One route for each task, made from what the task says of itself."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.params import Depends

from app.http import answer as answering
from app.http.later import ACCEPTED, PARAMETERS, accept, wanted
from app.http.options import parameters, read_options
from app.http.problems import documented
from app.http.service import service_of
from app.http.spool import response, spooled
from app.http.upload import body_of, expected_size, read_pictures
from app.http.waiting import deadline_of, while_connected, within
from app.runtime.work_item import Ticket
from app.tasks import TASKS
from app.tasks.task import JSON, Task

ERRORS = {
    400: "The request is not a form with a part `image`, or the picture is empty",
    401: "No key, or a wrong one",
    403: "No message may be sent to that `X-Webhook`",
    404: "No such model",
    406: "No media type that is accepted can be made",
    413: "Too many bytes or pixels",
    415: "Not a picture format that is read",
    422: "The picture can not be decoded, a parameter is wrong, or an `Idempotency-Key` is reused",
    503: "The queue is full, there is no room, or models are being loaded; see `Retry-After`",
    504: "The deadline passed",
    507: "There is no room for a further job",
}


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
        operation_id=task.name,
        response_class=Response,
        responses=_responses(task),
        openapi_extra={
            # What the command and the method of the client are called.
            "x-verb": task.verb,
            "parameters": [*parameters(task.options), *PARAMETERS],
            **body_of(task.parts),
        },
    )


def _responses(task: Task[Any, Any]) -> dict[int | str, dict[str, Any]]:
    content: dict[str, Any] = {
        media_type: {"schema": _schema(media_type)}
        for media_type in task.media_types
        if media_type != JSON
    }
    answered: dict[str, Any] = {"description": "The answer", "content": content}
    if task.document is not None:
        answered["model"] = task.document
    return {200: answered, 202: ACCEPTED, **documented(ERRORS)}


def _schema(media_type: str) -> dict[str, str]:
    if media_type.endswith("json"):
        return {"type": "object"}
    return {"type": "string", "format": "binary"}
