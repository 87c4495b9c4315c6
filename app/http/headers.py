"""The headers of requests and answers that many routes share, in OpenAPI's words."""

from typing import Any


def parameter(name: str, text: str, example: Any, **schema: Any) -> dict[str, Any]:
    """A header of a request.

    The example is one of the schema, not of the parameter: those are sent by whoever tries a route
    on a page of the documentation.
    """
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": text,
        "schema": {"type": "string", **schema, "examples": [example]},
    }


def header(text: str, example: Any, **schema: Any) -> dict[str, Any]:
    """A header of an answer."""
    return {"description": text, "schema": {"type": "string", **schema}, "example": example}


REQUEST_ID = parameter(
    "X-Request-Id",
    "A name of your own for the request, which its answer and the log repeat; replaced if it has "
    "more than 128 characters, or others than letters, digits and `._:/+=-`.",
    "photo-17",
)
DEADLINE = parameter(
    "X-Deadline-Ms",
    "Milliseconds after which the answer is worth nothing: it is 504 then, and the work is "
    "dropped. Of a job they are those until its 202.",
    5000,
    type="integer",
    minimum=1,
)

COMMON = {
    "X-Request-Id": {
        "required": True,
        **header("The request's own `X-Request-Id`, or a new one.", "photo-17"),
    }
}
"""On every answer."""

WORK = {
    "X-Model": header("The model that answered, `name@version`.", "resnet56-cifar10@1"),
    "X-Tiles": header(
        "Of a picture that was cut into tiles: `exact` if the answer is the one to the whole.",
        "exact",
        enum=["exact", "approximate"],
    ),
    "Server-Timing": header(
        "Milliseconds of each stage that was reached (W3C Server Timing).",
        "decode;dur=2.1, queue;dur=0.1, infer;dur=9.7, encode;dur=0.1",
    ),
}
"""On answers that a model worked for."""

RETRY_AFTER = {
    "Retry-After": header(
        "Seconds after which it may go better; absent where waiting does not help.",
        "1",
        type="integer",
    )
}
AUTHENTICATE = {"WWW-Authenticate": header("The scheme of the key.", "Bearer")}
UNSTORED = {"Cache-Control": header("No cache keeps it.", "no-store")}

OF_STATUS = {"401": AUTHENTICATE, "409": RETRY_AFTER, "503": RETRY_AFTER}
"""On failures of a status, beside those on every answer."""
