"""One route for each task, made from what the task says of itself."""

from contextlib import ExitStack
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.http.negotiation import negotiate
from app.http.problems import documented
from app.http.service import service_of
from app.http.upload import BODY, expected_size, read_picture
from app.http.waiting import deadline_of, while_connected, within
from app.imaging.decode import decode
from app.imaging.window import parsed
from app.runtime.scheduler import Ticket
from app.tasks import TASKS
from app.tasks.task import JSON, Bounds, Task

ERRORS = {
    400: "The request is not a form with a part `image`, or the picture is empty",
    401: "No key, or a wrong one",
    404: "No such model",
    406: "No media type that is accepted can be made",
    413: "Too many bytes or pixels",
    415: "Not a picture format that is read",
    422: "The picture can not be decoded, or a parameter is wrong",
    503: "The queue is full, or models are still being loaded; see `Retry-After`",
    504: "The deadline passed",
}

router = APIRouter(tags=["tasks"])


def add_route(task: Task[Any, Any]) -> None:
    """Add `POST /v1/{task}` to the router."""

    # The options are the task's own class, so their annotation is known only at run time.
    async def answer(
        request: Request,
        options: Annotated[task.options, Query()],  # type: ignore[name-defined]
    ) -> Response:
        service, trace = service_of(request), request.state.trace
        trace.task = task.name
        model = service.registry.choose(task.name, options.model)
        trace.model = model.card.reference
        accept = request.headers.get("accept", "")
        deadline = deadline_of(request, service.settings.deadline)
        max_bytes, max_pixels = service.settings.max_bytes, service.settings.max_pixels
        window = parsed(options.window)
        seen_by = task.seen_by(options, model) if service.settings.jpeg_scaling else None

        def work(data: bytes, ticket: Ticket) -> Response:
            trace.stages["queue"] = ticket.waited
            with ExitStack() as room:

                def admit(pixels: int) -> None:
                    made = pixels * model.card.scale**2
                    room.enter_context(service.pixels.room_for(min(made, max_pixels)))

                with trace.measure("decode"):
                    picture = decode(
                        data,
                        max_pixels=max_pixels,
                        seen_by=seen_by,
                        admit=admit,
                        frame=options.frame,
                        window=window,
                    )
                media_type = negotiate(accept, task.offers(picture, options, model))
                with trace.measure("infer"):
                    bounds = Bounds(max_pixels, lambda done, total: ticket.check(), trace.cut)
                    result = task.infer(model, picture, options, bounds)
                with trace.measure("encode"):
                    return Response(task.encode(result, media_type), media_type=media_type)

        scheduler = service.schedulers.of(model)
        with service.bytes.room_for(expected_size(request, max_bytes)):
            data, left = await within(deadline, "picture", read_picture(request, max_bytes))
            return await while_connected(request, scheduler.run(partial(work, data), left))

    router.add_api_route(
        f"/{task.name}",
        answer,
        methods=["POST"],
        summary=task.summary,
        operation_id=task.name,
        response_class=Response,
        responses=_responses(task),
        openapi_extra=dict(BODY),
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
    return {200: answered, **documented(ERRORS)}


def _schema(media_type: str) -> dict[str, str]:
    if media_type.endswith("json"):
        return {"type": "object"}
    return {"type": "string", "format": "binary"}


for _task in TASKS.values():
    add_route(_task)
