"""Statuses below `/v2` in OpenAPI's words; `app.http.problems` writes the answers."""

from typing import Any

from app.http.oip.schemas import Failure

_TEXTS = {
    400: "The body is malformed, or does not suit the model",
    401: "No key, or a wrong one",
    403: "Models are not loaded and unloaded on request here",
    404: "No such model",
    413: "Too many bytes",
    415: "A Content-Encoding that is not read",
    503: "Not ready, or the queue is full; see `Retry-After`",
    504: "The deadline passed",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route may answer beside 200."""
    answers: dict[int | str, dict[str, Any]] = {
        status: {"description": _TEXTS[status], "model": Failure} for status in statuses
    }
    return answers | {"default": {"description": "Our fault", "model": Failure}}
