"""Which pages of other origins may ask: none, unless the settings name them."""

from fastapi import FastAPI, Request
from starlette.middleware.cors import CORSMiddleware

from app.errors import ModelControlOff
from app.http.service import service_of

REQUEST_HEADERS = (
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Idempotency-Key",
    "Inference-Header-Content-Length",
    "Last-Event-ID",
    "Prefer",
    "Range",
    "Traceparent",
    "Tracestate",
    "X-Deadline-Ms",
    "X-Request-Id",
    "X-Webhook",
)
"""What a script may send beside the headers that the Fetch standard always admits."""

ANSWER_HEADERS = (
    "Inference-Header-Content-Length",
    "Location",
    "Preference-Applied",
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
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=REQUEST_HEADERS,
            expose_headers=ANSWER_HEADERS,
        )


def refuse_strangers(request: Request) -> None:
    """Refuse what a page of an origin that is not allowed makes a browser send.

    CORS keeps such a page from reading answers only. Browsers tell where a request comes from
    (W3C Fetch Metadata, `Sec-Fetch-Site`), and other clients say nothing.

    Raises:
        ModelControlOff: it is from such a page.
    """
    allowed, origin = service_of(request).settings.cors_origins, request.headers.get("origin")
    stranger = request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    if stranger and "*" not in allowed and origin not in allowed:
        raise ModelControlOff("no page of another origin loads or unloads models here")
