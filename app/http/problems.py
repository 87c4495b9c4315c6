"""Every failure as an answer: the one table of statuses, and the ways to a problem document."""

import inspect
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import Scope

from app import errors
from app.http.problem import Problem
from app.http.trace import trace_of

STATUS: Mapping[type[errors.DensightError], HTTPStatus] = {
    errors.UnknownFormat: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.BrokenPicture: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.FrameNotFound: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PictureTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.PicturesDiffer: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.CannotWindow: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.CannotGeoreference: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidCard: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.InvalidModel: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ModelNotFound: HTTPStatus.NOT_FOUND,
    errors.CannotExplain: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ClassNotFound: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TaskNotAnswered: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.StyleNotFound: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.DeviceUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ModelControlOff: HTTPStatus.FORBIDDEN,
    errors.NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TracesUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.QueueFull: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.NoRoom: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.OutOfMemory: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DeadlineExceeded: HTTPStatus.GATEWAY_TIMEOUT,
    errors.MalformedRequest: HTTPStatus.BAD_REQUEST,
    errors.UnsupportedMedia: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.Unauthorized: HTTPStatus.UNAUTHORIZED,
    errors.NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    errors.JobsUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.JobInterrupted: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.DiskFull: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.JobNotFound: HTTPStatus.NOT_FOUND,
    errors.JobUnfinished: HTTPStatus.CONFLICT,
    errors.JobCancelled: HTTPStatus.GONE,
    errors.IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.WebhookRefused: HTTPStatus.FORBIDDEN,
}
"""Which status each error is answered with; a test sees to it that none is missing."""

BAD_PARAMETER = RequestValidationError
"""What FastAPI raises, and `read_options`."""

MEDIA_TYPE = "application/problem+json"

INTERNAL, OUR_FAULT = "internal-error", "this is our fault, not the request's"
"""What is told of a failure that nobody foresaw."""

OIP = "/v2"
"""Below it failures are what the Open Inference Protocol wants: `{"error": detail}`."""


Kind = type[errors.DensightError] | type[RequestValidationError]


def refuse(scope: Scope, status: int, kind: str, detail: str, **facts: Any) -> JSONResponse:
    """Write a failure in the form that the protocol of its path wants.

    Args:
        scope: of the request.
        status: of the answer.
        kind: a short dashed name that programs can compare.
        detail: one sentence for a person.
        facts: what helps to mend the request; `retry_after` in seconds becomes a header too.
    """
    trace_of(scope).problem = kind
    headers = {}
    if "retry_after" in facts:
        headers["Retry-After"] = str(facts["retry_after"])
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if f"{scope['path']}/".startswith(f"{OIP}/"):
        return JSONResponse({"error": detail}, status, headers)
    body = _problem(status, kind, detail, **facts)
    return JSONResponse(body.to_json(), status, headers, media_type=MEDIA_TYPE)


def _problem(status: int, kind: str, detail: str, **facts: Any) -> Problem:
    # Not validated: an error of ours in a fact must not turn a refusal into a failure.
    return Problem.model_construct(
        type=f"urn:densight:problem:{kind}",
        title=kind.replace("-", " ").capitalize(),
        status=status,
        detail=detail,
        **facts,
    )


def problem_of(error: Exception) -> Problem:
    """What a failure is answered with, for one that is answered later."""
    if isinstance(error, errors.DensightError):
        return _problem(STATUS[type(error)], kind_of(error), str(error), **error.facts)
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL, OUR_FAULT)


def documented(
    *kinds: Kind,
    model: type[BaseModel] = Problem,
    media_type: str = MEDIA_TYPE,
    prefix: str = "",
) -> dict[int | str, dict[str, Any]]:
    """What a route may answer beside what is wanted, in OpenAPI's words.

    Args:
        kinds: the failures; the docstring of each says when it comes.
        model: form of the answers.
        media_type: of the answers.
        prefix: before the names of examples in that form, which `app.http.openapi` gives.
    """
    found: dict[int | str, dict[str, str]] = {}
    for kind in kinds:
        if issubclass(kind, errors.DensightError):
            status, text = STATUS[kind], inspect.getdoc(kind) or ""
        else:
            status, text = HTTPStatus.UNPROCESSABLE_ENTITY, "A parameter is unknown or wrong."
        found.setdefault(int(status), {})[name_of(kind)] = text
    found["default"] = {INTERNAL: "Our fault."}
    return {
        status: {
            "description": "\n".join(f"- `{name}`: {text}" for name, text in named.items()),
            "content": {
                media_type: {
                    "schema": {"$ref": f"#/components/schemas/{model.__name__}"},
                    "examples": {
                        name: {"$ref": f"#/components/examples/{prefix}{name}"} for name in named
                    },
                }
            },
        }
        for status, named in found.items()
    }


def name_of(kind: type[Exception]) -> str:
    """`QueueFull` is called `queue-full`."""
    if issubclass(kind, RequestValidationError):
        return "bad-parameter"
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def kind_of(error: errors.DensightError) -> str:
    """The name of its class."""
    return name_of(type(error))


async def _densight_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.DensightError)
    status = STATUS[type(error)]
    return refuse(request.scope, status, kind_of(error), str(error), **error.facts)


async def _memory_error(request: Request, _: Exception) -> JSONResponse:
    detail = "memory is too short for this request at this moment"
    return refuse(request.scope, 503, kind_of(errors.OutOfMemory("")), detail, retry_after=1)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    answer = refuse(request.scope, error.status_code, kind, error.detail)
    answer.headers.update(error.headers or {})
    return answer


async def _bad_parameter(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    mistakes = [
        {"parameter": str(mistake["loc"][-1]), "reason": mistake["msg"]}
        for mistake in error.errors()
    ]
    detail = "; ".join(f"{m['parameter']}: {m['reason']}" for m in mistakes)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return refuse(request.scope, status, name_of(BAD_PARAMETER), detail, parameters=mistakes)


def install(app: FastAPI) -> None:
    """Let every error the application foresees be answered by `refuse`."""
    app.add_exception_handler(errors.DensightError, _densight_error)
    app.add_exception_handler(MemoryError, _memory_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_parameter)
