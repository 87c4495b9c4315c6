"""Which pages of other origins may ask: none, unless the settings name them."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

REQUEST_HEADERS = (
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Inference-Header-Content-Length",
    "Traceparent",
    "Tracestate",
    "X-Deadline-Ms",
    "X-Request-Id",
)
"""What a script may send beside the headers that the Fetch standard always admits."""

ANSWER_HEADERS = (
    "Inference-Header-Content-Length",
    "Retry-After",
    "Server-Timing",
    "X-Model",
    "X-Request-Id",
    "X-Tiles",
)
"""What a script may read beside those."""


def install(app: FastAPI, origins: tuple[str, ...]) -> None:
    """Let the pages of these origins ask; without any, answers say nothing of origins.

    Cookies are no part of it: a key is sent by the script that has it. Call this after all other
    middleware, so that a script can read refusals of theirs, too.
    """
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=REQUEST_HEADERS,
            expose_headers=ANSWER_HEADERS,
        )
